// Package profile joins the current span and the profiler labels that a program
// sets itself, which share one place.
package profile

import "go.weft.dev/sdk/trace"

// BeforeSetLabels returns the goroutine's current span, to be handed to
// AfterSetLabels. Hooks runtime/pprof.SetGoroutineLabels.
func BeforeSetLabels() *trace.Span { return trace.Carry() }

// AfterSetLabels makes s, if it is not nil, current again, with the labels that
// the program has just set.
func AfterSetLabels(s *trace.Span) { trace.Relabel(s) }
