// Package profile joins the current span and the profiler labels that a program
// sets itself, which share one place.
package profile

import (
	"unsafe"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/trace"
)

// BeforeSetLabels returns the goroutine's current span, to be handed to
// AfterSetLabels. Hooks runtime/pprof.SetGoroutineLabels.
func BeforeSetLabels() *trace.Span { return trace.Carry() }

// AfterSetLabels makes s, if it is not nil, current again, with the labels that
// the program has just set.
func AfterSetLabels(s *trace.Span) { trace.Relabel(s) }

// BeforeLabel takes the labels of the i-th goroutine out of a profile where they are
// none of the program's own: profiles as text would show that there are some, and count
// goroutines with the same stack apart. labels is an []unsafe.Pointer. Hooks
// (*runtimeProfile).Label of runtime/pprof.
func BeforeLabel(labels any, i int) {
	list, _ := labels.([]unsafe.Pointer)
	if i < len(list) && goroutine.Unlabelled(list[i]) {
		list[i] = nil
	}
}
