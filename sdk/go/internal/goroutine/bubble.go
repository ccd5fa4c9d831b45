package goroutine

import (
	"bytes"
	"runtime"
)

// InBubble reports whether this goroutine is in a testing/synctest bubble: channels
// that are made there can be used only there, and goroutines that are started there
// have to end there. It takes a microsecond.
//
// Source: runtime.goroutineheader, whose line runtime.Stack begins with.
func InBubble() bool {
	var line [128]byte
	status, _, _ := bytes.Cut(line[:runtime.Stack(line[:], false)], []byte("]"))
	return bytes.Contains(status, []byte("synctest bubble"))
}
