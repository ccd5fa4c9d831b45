//go:build go1.25

package goroutine

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestOutOfBubble(t *testing.T) {
	var called, within atomic.Bool
	synctest.Test(t, func(t *testing.T) {
		if !InBubble() {
			t.Error("not in a bubble")
		}
		OutOfBubble(func() {
			within.Store(InBubble())
			called.Store(true)
		})
	})
	if InBubble() {
		t.Error("still in a bubble")
	}
	for !called.Load() { // a test that waits for ever fails
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if within.Load() {
		t.Error("called in the bubble")
	}
}
