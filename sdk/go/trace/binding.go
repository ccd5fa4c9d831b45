package trace

import "go.weft.dev/sdk/internal/goroutine"

// A Binding is what is current on the goroutine that captured it, for work that
// another goroutine will do. The zero Binding is no span.
type Binding struct {
	span       *Span
	suppressed bool
}

// Capture returns the binding of this goroutine as it is now.
func Capture() Binding {
	cur, _, ok := local()
	return Binding{cur, !ok}
}

// Bind returns a function that runs f with the span current that is current now,
// whichever goroutine calls it and whenever. It is nil if f is.
func Bind(f func()) func() {
	if f == nil {
		return nil
	}
	b := Capture()
	return func() { b.Run(f) }
}

// Run calls f with the span of b current, or none, and with the profiler labels
// that the goroutine has. Afterwards that is current that was so before.
func (b Binding) Run(f func()) {
	e := b.enter()
	defer e.leave() // f may panic, or end the goroutine
	f()
}

// An Entered is a goroutine's way back out of a binding.
type Entered struct {
	prev *Span
	user []goroutine.Label
	kept bool // the goroutine is the runtime's own, and stays so
}

// Enter makes the span of b current, or none, until the goroutine calls Leave. It
// is for hooks that run before and after a function; others use Run.
func (b Binding) Enter() *Entered {
	e := b.enter()
	return &e
}

// Leave ends what Enter began.
func (e *Entered) Leave() { e.leave() }

func (b Binding) enter() Entered {
	slot, user := goroutine.Current()
	if slot != nil && slot.Suppressed() {
		return Entered{kept: true}
	}
	var prev *Span
	if slot != nil {
		prev, user = spanOf(slot), slot.User()
	}
	if b.suppressed {
		goroutine.Suppress()
	} else {
		restore(b.span, user)
	}
	return Entered{prev: prev, user: user}
}

// leave leaves the program the labels that it has set meanwhile.
func (e *Entered) leave() {
	if e.kept {
		return
	}
	slot, user := goroutine.Current()
	switch {
	case slot == nil:
	case slot.Suppressed():
		user = e.user
	default:
		user = slot.User()
	}
	restore(e.prev, user)
}
