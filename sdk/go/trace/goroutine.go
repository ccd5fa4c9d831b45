package trace

import (
	"unsafe"

	"go.weft.dev/sdk/internal/goroutine"
)

// Detach leaves this goroutine, and those it starts from now on, without a
// current span, and with the profiler labels that the program set.
func Detach() {
	if slot, _ := goroutine.Current(); slot != nil && !slot.Suppressed() {
		goroutine.Clear(slot.User())
	}
}

// Carry returns what the goroutine has as its current span, whether it has ended
// or not, to be given to Relabel.
func Carry() *Span {
	slot, _ := goroutine.Current()
	if slot == nil || slot.Suppressed() {
		return nil
	}
	return spanOf(slot)
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

// Paused is what a goroutine had before Pause.
type Paused struct{ labels unsafe.Pointer }

// Pause makes this goroutine, and those it starts, record nothing until Resume is
// called: it exports what another OpenTelemetry SDK has recorded, or does what looks
// like an operation and is none. It returns nil where nothing is recorded anyhow.
func Pause() *Paused {
	if slot, _ := goroutine.Current(); slot != nil && slot.Suppressed() {
		return nil
	}
	p := &Paused{goroutine.Save()}
	goroutine.Suppress()
	return p
}

// Resume puts back what the goroutine had. It does nothing for nil.
func (p *Paused) Resume() {
	if p != nil {
		goroutine.Restore(p.labels)
	}
}
