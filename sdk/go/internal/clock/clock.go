// Package clock reads the time cheaply and never backwards: it reads only the
// monotonic clock, and adds an anchor that was taken from the wall clock.
package clock

import (
	"sync/atomic"
	"time"
)

// base holds a monotonic reading; time.Since of it reads the monotonic clock
// only. It is set on first use, since that can be before this package is
// initialised.
var base atomic.Pointer[time.Time]

func start() *time.Time {
	now := time.Now()
	base.CompareAndSwap(nil, &now)
	return base.Load()
}

// Monotonic returns the nanoseconds since it was first called.
func Monotonic() int64 {
	b := base.Load()
	if b == nil {
		b = start()
	}
	return int64(time.Since(*b))
}

// anchored is an anchor with the time at which it was taken.
type anchored struct{ at, anchor int64 }

var last atomic.Pointer[anchored]

// Anchor returns what to add to a reading of Monotonic, which was made just now, to
// get nanoseconds since 1970. A trace takes it once, so that its spans keep their
// order when the wall clock is set, which is seen within a second.
func Anchor(monotonic int64) int64 {
	if a := last.Load(); a != nil && uint64(monotonic-a.at) < uint64(time.Second) {
		return a.anchor
	}
	b := base.Load()
	if b == nil {
		b = start()
	}
	now := time.Now()
	a := &anchored{at: int64(now.Sub(*b))}
	a.anchor = now.UnixNano() - a.at
	last.Store(a)
	return a.anchor
}
