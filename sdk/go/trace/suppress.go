package trace

import "go.weft.dev/sdk/internal/goroutine"

// Suppress makes this goroutine, and those it starts, make no spans. It is for
// goroutines of the runtime's own.
func Suppress() {
	s := &Span{suppressed: true}
	s.Init(nil)
	goroutine.Set(&s.Slot)
}

// Detach leaves this goroutine, and those it starts from now on, without a
// current span, and with the profiler labels that the program set.
func Detach() {
	slot, _ := goroutine.Current()
	if slot != nil && !spanOf(slot).suppressed {
		goroutine.Clear(slot.User())
	}
}

// Relabel makes s current with the profiler labels that the goroutine has now,
// which the program put in place of s. A nil s is ignored.
func Relabel(s *Span) {
	slot, user := goroutine.Current()
	if s == nil || slot != nil {
		return
	}
	goroutine.Set(&s.withLabels(user).Slot)
}

// Slot returns what the goroutine has as its current span, as it is: ended, or
// the mark of suppression, included.
func Slot() *Span {
	slot, _ := goroutine.Current()
	if slot == nil {
		return nil
	}
	return spanOf(slot)
}
