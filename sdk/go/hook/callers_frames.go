//go:build amd64 || arm64

package hook

import "runtime"

// callers stores the return addresses of its callers, from the innermost, one for
// each function that was not inlined, and returns how many they are.
//
//go:noescape
func callers(pcs *[depth]uintptr) int

// function returns the name of the function that pc, a return address, is in.
func function(pc uintptr) string {
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return ""
	}
	if outer := runtime.FuncForPC(f.Entry()); outer != nil {
		f = outer // f may be inlined in it
	}
	return f.Name()
}
