// Package concurrency takes the current span to where work runs that was handed to a timer, a pool or a
// scheduler.
package concurrency

import (
	"context"
	"time"

	"go.weft.dev/sdk/trace"
)

// beforeAfterFunc hooks uses of time.AfterFunc.
func beforeAfterFunc(_ time.Duration, f func()) func() { return trace.Bind(f) }

// beforeContextAfterFunc hooks uses of context.AfterFunc, whose f would else belong to whoever cancels.
func beforeContextAfterFunc(_ context.Context, f func()) func() { return trace.Bind(f) }
