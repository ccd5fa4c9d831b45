package goroutine

import (
	"bytes"
	"runtime"
	"time"
)

// bubbleTime is later than what the clock of a bubble shows, which begins with the year
// 2000, and earlier than what others do, unless they are wrong: the begin of 2020.
const bubbleTime = 1577836800

// InBubble reports whether this goroutine is in a testing/synctest bubble: channels
// that are made there can be used only there, goroutines that are started there have to
// end there, and timers follow the bubble's clock. It is soon known where the clock is
// right, and takes a microsecond else.
//
// Source: runtime.goroutineheader, whose line runtime.Stack begins with.
func InBubble() bool {
	if time.Now().Unix() >= bubbleTime {
		return false
	}
	var line [128]byte
	status, _, _ := bytes.Cut(line[:runtime.Stack(line[:], false)], []byte("]"))
	return bytes.Contains(status, []byte("synctest bubble"))
}

// OutOfBubble has f called outside of all bubbles, when garbage has next been collected:
// who is in a bubble has no other way out. f must not wait.
func OutOfBubble(f func()) {
	token := &struct{ self *byte }{} // with a pointer, so that it is not allocated together with others
	runtime.AddCleanup(token, func(f func()) { f() }, f)
}
