//go:build !amd64 && !arm64

package hook

import "runtime"

// callers stores the return addresses of its callers, from the innermost, inlined
// ones included, and returns how many they are.
func callers(pcs *[depth]uintptr) int { return runtime.Callers(2, pcs[:]) }

// function returns the name of the function that pc, of callers, is in.
func function(pc uintptr) string {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return frame.Function
}
