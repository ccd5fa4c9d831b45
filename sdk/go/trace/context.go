package trace

import (
	"context"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/goroutine"
)

// Carrier is a context that carries a span, to be a part of what somebody allocates
// anyhow, and whose context it then is. It is never in a slab: a context points to its
// parent, so a slab of them would keep every earlier one alive.
type Carrier struct {
	context.Context
	span *Span
}

// Carry makes c carry s, which is not nil, beside what ctx holds.
func (c *Carrier) Carry(ctx context.Context, s *Span) { c.Context, c.span = ctx, s }

// Span returns the span that c carries.
func (c *Carrier) Span() *Span { return c.span }

// contextKey is the key under which a context holds its span.
type contextKey struct{}

// Value returns the span for this package's key, else what the parent holds, but
// no baggage: what there was before the span has become the span's. What it returns
// for baggage tells carried that there is none above the span.
func (c *Carrier) Value(key any) any {
	switch key.(type) {
	case contextKey:
		return c.span
	case baggage.ContextKey:
		return c
	}
	return c.Context.Value(key)
}

// carried returns the span that ctx carries, and the baggage that was put into ctx
// after it, nil for what there is not. Most contexts are so walked up only once.
func carried(ctx context.Context) (*Span, *baggage.Baggage) {
	if ctx == nil {
		return nil, nil
	}
	if c, ok := ctx.(*Carrier); ok {
		return c.span, nil
	}
	switch v := ctx.Value(baggage.ContextKey{}).(type) {
	case *Carrier:
		return v.span, nil
	case *baggage.Baggage:
		return FromContext(ctx), v
	}
	return nil, nil
}

// FromContext returns the span that ctx carries, nil when it carries none.
func FromContext(ctx context.Context) *Span {
	if ctx == nil {
		return nil
	}
	if c, ok := ctx.(*Carrier); ok {
		return c.span
	}
	s, _ := ctx.Value(contextKey{}).(*Span)
	return s
}

// ContextWithSpan returns a context that carries s.
func ContextWithSpan(ctx context.Context, s *Span) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if s == nil {
		return ctx
	}
	return &Carrier{ctx, s}
}

// Current returns the goroutine's current span: the innermost span that was
// started on this goroutine and has not ended, else the one that it inherited
// from the goroutine that started it. It is nil when there is none, and in
// goroutines whose inherited trace ended more than adoptionGrace ago.
func Current() *Span {
	s, _, _ := local()
	return s
}

// local returns what Current does, and the program's own profiler labels. It
// returns false in goroutines in which no spans are to be made.
func local() (*Span, []goroutine.Label, bool) {
	slot, user := goroutine.Current()
	if slot == nil {
		return nil, user, true
	}
	if slot.Suppressed() {
		return nil, nil, false
	}
	s := spanOf(slot)
	if !s.live() {
		s = s.successor()
	}
	return s, slot.User(), true
}

// Parent returns the span that would be the parent of a span started with ctx:
// the one that ctx carries, or the goroutine's current one where ctx carries none
// or where the current one descends from it.
func Parent(ctx context.Context) *Span {
	cur, _, ok := local()
	if !ok {
		return nil
	}
	return choose(FromContext(ctx), cur)
}

// Baggage returns the baggage of what is done with ctx: what was put into ctx
// after its span, or else that of Parent(ctx).
func Baggage(ctx context.Context) *baggage.Baggage {
	return baggage.FromContext(ctx).Over(Parent(ctx).Baggage())
}

// choose picks between the span of a context and the goroutine's current span.
func choose(explicit, cur *Span) *Span {
	switch {
	case explicit == nil:
		return cur
	case cur == nil || cur == explicit:
		return explicit
	case explicit.isForeign():
		if cur.equals(explicit) || cur.descendsFrom(explicit) {
			return cur
		}
		return explicit
	case cur.root.tree == explicit.root.tree && cur.descendsFrom(explicit):
		return cur
	default:
		return explicit
	}
}
