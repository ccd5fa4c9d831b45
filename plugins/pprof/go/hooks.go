// Package pprof keeps the current span when a program sets profiler labels, which share a place with it,
// and the span out of what profiles show of goroutines.
package pprof

import (
	"go.weft.dev/sdk/profile"
	"go.weft.dev/sdk/trace"
)

// beforeSetLabels hooks SetGoroutineLabels, which Do calls as well.
func beforeSetLabels() *trace.Span { return profile.BeforeSetLabels() }

func afterSetLabels(span *trace.Span) { profile.AfterSetLabels(span) }

// beforeLabel hooks the labels of the i-th goroutine of a profile.
func beforeLabel(labels any, i int) { profile.BeforeLabel(labels, i) }
