// Package report tells the person who runs the program what went wrong in the
// telemetry, on stderr, each thing once.
package report

import (
	"fmt"
	"os"
	"sync"

	"go.weft.dev/sdk/internal/stdio"
)

// maxKeys bounds what is remembered, and with it what can be said at all.
const maxKeys = 1000

var said struct {
	sync.Mutex
	keys map[string]struct{}
}

// Once warns in one line "weft: …" on stderr, the first time it is called with key.
func Once(key, format string, args ...any) { once(Warn, key, format, args) }

// OnceError is Once for an error.
func OnceError(key, format string, args ...any) { once(Error, key, format, args) }

func once(level Level, key, format string, args []any) {
	said.Lock()
	_, known := said.keys[key]
	if !known && len(said.keys) < maxKeys {
		if said.keys == nil {
			said.keys = make(map[string]struct{})
		}
		said.keys[key] = struct{}{}
	} else {
		known = true
	}
	said.Unlock()
	if !known {
		line(level, format, args)
	}
}

// Line writes one line "weft: …" to stderr, with a warning. It is for messages that
// the caller knows to be rare.
func Line(format string, args ...any) { line(Warn, format, args) }

// LineError is Line for an error.
func LineError(format string, args ...any) { line(Error, format, args) }

// LineInfo is Line for good news.
func LineInfo(format string, args ...any) { line(Info, format, args) }

func line(level Level, format string, args []any) {
	if !tells(level) {
		return
	}
	text := fmt.Sprintf("weft: "+format+"\n", args...)
	// Nobody is left to tell when stderr is closed.
	_, _ = stdio.Writer{File: os.Stderr}.Write([]byte(text))
}
