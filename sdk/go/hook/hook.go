// Package hook is what the code that joins a hook to a woven function calls.
package hook

import (
	"sync/atomic"
	_ "unsafe" // for go:linkname

	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/trace"
)

// manifest says what is woven into this program. weft gives it its value where it
// links the program, and `weft verify` finds it in the binary by its first bytes.
//
//go:linkname manifest weft.manifest
var manifest string

// size is computed when the program starts, so the linker keeps the manifest.
var size = len(manifest)

var panics atomic.Int64

// Recover is deferred around every hook. It stops a panic of the hook, so that
// the woven function goes on as if it were not hooked, counts it, and reports the
// first one of each hook. A panic of the program, during which a hook may run, is
// left alone.
func Recover(plugin, function string) {
	if v := recover(); v != nil {
		panics.Add(1)
		report.OnceError("panic "+plugin+"."+function,
			"hook %s of plugin %s panicked, and the program goes on without it: %v", function, plugin, v)
	}
}

// Panics returns how many panics Recover has stopped.
func Panics() int64 { return panics.Load() }

// Detach leaves this goroutine, and those it starts from now on, without a current
// span: it will work for others than for who happened to start it.
func Detach() { trace.Detach() }
