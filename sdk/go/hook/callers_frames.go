//go:build amd64 || arm64

package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// walk stores return addresses, from that of its caller or its caller's caller on,
// one for each function that was not inlined. It follows saved frame pointers,
// which the compiler keeps on these processors and the runtime's tracer relies on:
// each points to the caller's, and the return address lies above it. (Assembly
// would say that in fewer words, but cannot be built in a virtual package.)
//
// The address of the parameter tells where the frame begins: it is spilled right
// above what the call saved. Nothing in here is called, so the stack stays where
// it is: the runtime moves it only at calls (runtime.isShrinkStackSafe).
//
//go:noinline
//go:norace
//go:nocheckptr
func walk(pcs *[depth]uintptr) int {
	const word = unsafe.Sizeof(uintptr(0))
	const largest = 64 << 10 // a bound on the size of one frame, for caution
	var found [depth]uintptr // gives this function a frame of its own
	frame := unsafe.Add(unsafe.Pointer(&pcs), -2*int(word))
	n := 0
	for n < len(found) {
		found[n] = *(*uintptr)(unsafe.Add(frame, word))
		n++
		next := *(*unsafe.Pointer)(frame)
		if uintptr(next)-uintptr(frame)-1 >= largest { // a caller's frame lies higher
			break
		}
		frame = next
	}
	*pcs = found
	return n
}

// walkable says whether walk finds what runtime.Callers does: 0 not tried yet.
var walkable atomic.Int32

const (
	walks = iota + 1
	doesNotWalk
)

// callers stores the return addresses of its callers, from the innermost, and
// returns how many they are. Functions that were inlined may be left out.
func callers(pcs *[depth]uintptr) int {
	switch walkable.Load() {
	case walks:
		if n := walk(pcs); n > 2 {
			return n
		}
		return runtime.Callers(2, pcs[:])
	case doesNotWalk:
		return runtime.Callers(2, pcs[:])
	}
	how := int32(doesNotWalk)
	if try() {
		how = walks
	}
	walkable.Store(how)
	return callers(pcs)
}

// try compares walk with runtime.Callers.
//
//go:noinline
func try() bool {
	var walked, called [depth]uintptr
	if walk(&walked) < 3 || runtime.Callers(1, called[:]) < 3 {
		return false
	}
	// Both have this function's return address, and what lies beyond.
	for i := range 2 {
		for j := range called[:depth-1] {
			if walked[i] == called[j] && walked[i+1] == called[j+1] {
				return true
			}
		}
	}
	return false
}

// function returns the name of the function that pc, of callers, is in.
func function(pc uintptr) string {
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return ""
	}
	if walkable.Load() == walks {
		if outer := runtime.FuncForPC(f.Entry()); outer != nil {
			f = outer // f may be inlined in it
		}
	}
	return f.Name()
}
