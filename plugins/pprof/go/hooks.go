// Package pprof keeps the current span when a program sets profiler labels, which share a place with it.
package pprof

import (
	"go.weft.dev/sdk/profile"
	"go.weft.dev/sdk/trace"
)

// beforeSetLabels hooks SetGoroutineLabels, which Do calls as well.
func beforeSetLabels() *trace.Span { return profile.BeforeSetLabels() }

func afterSetLabels(span *trace.Span) { profile.AfterSetLabels(span) }
