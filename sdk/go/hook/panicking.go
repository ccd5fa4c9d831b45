package hook

import (
	"strings"
	"sync/atomic"
)

// What a return address on the stack belongs to.
type place uintptr

const (
	elsewhere place = iota + 1
	plug            // the plug of an after hook, weft_<id>_after
	unwinding       // runtime.gopanic or runtime.Goexit
)

// known remembers what return addresses belong to. Addresses are few, since only
// those between a woven function and Panicking are looked up; two that share an
// entry take turns. An entry is the address with the place in its upper bits.
var known [1 << 10]atomic.Uint64

const placeShift = 60

func placeOf(pc uintptr) place {
	entry := &known[(pc>>1^pc>>11)%uintptr(len(known))]
	if e := entry.Load(); e&(1<<placeShift-1) == uint64(pc) {
		return place(e >> placeShift)
	}
	p := classify(pc)
	if uint64(pc)>>placeShift == 0 {
		entry.Store(uint64(pc) | uint64(p)<<placeShift)
	}
	return p
}

func classify(pc uintptr) place {
	name := function(pc)
	if name == "runtime.gopanic" || name == "runtime.Goexit" {
		return unwinding
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	if _, name, ok := strings.Cut(name, "."); ok &&
		strings.HasPrefix(name, "weft_") && strings.HasSuffix(name, "_after") {
		return plug
	}
	return elsewhere
}

// Panicking reports whether the after hook that calls it, directly or not, runs
// because the woven function is left by a panic or by runtime.Goexit, so that its
// results mean nothing.
//
// The woven function calls its after hook from a deferred function. What calls
// that one tells: the woven function itself (or runtime.deferreturn) where it
// returns, the runtime's unwinding where it does not. A panic that is under way
// further up, because a deferred function called the woven one, does not count.
func Panicking() bool {
	var pcs [depth]uintptr
	n := callers(&pcs)
	for i, pc := range pcs[:n] {
		if placeOf(pc) == plug {
			// Next are the deferred function, and what called it.
			return i+2 < n && placeOf(pcs[i+2]) == unwinding
		}
	}
	return false
}

// depth is how many callers are looked at.
const depth = 12
