package trace

import (
	"context"
	"time"
)

// Options are what a program may ask for that starts a span by hand
// (trace/api.md#span-creation).
type Options struct {
	Kind    Kind
	Time    time.Time // when it began; the zero time is now
	NewRoot bool      // it has no parent, whatever the context carries
}

// A manual span is one that the program itself starts. Its parent is what the context
// says that the program passes on: the goroutine's current span counts only where it is
// not manual, so that manual spans nest as they do without weaving.

// ManualParent is Parent for a manual span.
func ManualParent(ctx context.Context) *Span {
	cur, _, ok := local()
	if !ok {
		return nil
	}
	return manualParent(FromContext(ctx), cur)
}

func manualParent(explicit, cur *Span) *Span {
	p := choose(explicit, cur)
	if p == nil || !p.manual || explicit != nil && p.equals(explicit) {
		return p
	}
	return explicit
}

// IsManual reports whether the program itself has started s.
func (s *Span) IsManual() bool { return s != nil && s.manual }

// StartWith starts a manual span; else it is as Start.
func (sc *Scope) StartWith(ctx context.Context, name string, o Options) (*Span, context.Context) {
	p := current()
	cur, user, ok := local()
	if !ok {
		return nil, ctx
	}
	parent, b := carried(ctx)
	if o.NewRoot {
		parent = nil
	} else {
		parent = manualParent(parent, cur)
	}
	s := sc.start(p, b, parent, nil, name, o.Kind, 0, nil, cur, user)
	if s == nil {
		return nil, ctx
	}
	s.manual = true
	if r := s.recordingLock(); r != nil {
		if !o.Time.IsZero() {
			r.start = o.Time.UnixNano() - s.root.anchor
		}
		r.unlock(s.gen)
	}
	return s, ContextWithSpan(ctx, s)
}

// EndAt is End for a span that ended at t; the zero time is now.
func (s *Span) EndAt(t time.Time) {
	if s != nil {
		s.end(0, t, "", nil)
	}
}
