package hook

import "runtime"

// Within reports whether a function whose name is as wanted, as runtime.Func has names,
// is among the callers. It takes microseconds, and is for hooks that seldom ask, such as
// those of a function that is left by a panic. Of a very deep stack it sees the top only.
func Within(wanted func(name string) bool) bool {
	const deepest = 2000
	var all [deepest]uintptr
	frames := runtime.CallersFrames(all[:runtime.Callers(2, all[:])])
	for {
		frame, more := frames.Next()
		if wanted(frame.Function) {
			return true
		}
		if !more {
			return false
		}
	}
}
