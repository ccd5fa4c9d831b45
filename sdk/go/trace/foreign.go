package trace

import (
	"context"
	"sync/atomic"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/internal/goroutine"
)

// A foreign span is one that something else records: an OpenTelemetry SDK that the
// program configures, or another process. Here it is only a parent.

// foreign is the record of the foreign spans that contexts carry. It is never
// theirs, so nothing can be set on them, and they are never a goroutine's current
// span; they differ by their generations.
var foreign record

var foreignGeneration atomic.Uint64

// isForeign reports whether s stands for a span context that is not ours.
func (s *Span) isForeign() bool { return s != nil && s.rec == &foreign }

// foreignContext is a context with a foreign span, in one allocation.
type foreignContext struct {
	Carrier
	span Span
	tree rootedTree
}

// ContextWithForeign returns a context that carries a span which something else
// records, or will, and which sc identifies. With an sc that is not valid, spans that
// are started with the context begin a trace.
func ContextWithForeign(ctx context.Context, sc SpanContext) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	c := &foreignContext{Carrier: Carrier{Context: ctx}}
	root := c.tree.plant()
	root.traceID, root.baggage = sc.TraceID, inherited(ctx)
	root.state, root.debug, root.deferred = sc.State, sc.Debug, sc.Deferred
	c.span = Span{
		rec: &foreign, gen: foreignGeneration.Add(1), root: root,
		id: sc.SpanID, flags: sc.Flags & (FlagSampled | FlagRandom),
		remote: sc.Remote, manual: true,
	}
	c.Carrier.span = &c.span
	return c
}

// inherited returns the baggage that a span of ctx has.
func inherited(ctx context.Context) *baggage.Baggage {
	return baggage.FromContext(ctx).Over(FromContext(ctx).Baggage())
}

// StartForeign makes a span that something else has started, and which sc
// identifies, the goroutine's current one until End is called. Its parent is parent
// where that is of the same trace; else it begins what this process has of its
// trace. The span is nil, and ctx returned as it is, where sc is not valid, in the
// runtime's own goroutines, and when OTEL_SDK_DISABLED is true.
func StartForeign(ctx context.Context, parent *Span, sc SpanContext, kind Kind) (*Span, context.Context) {
	p := current()
	cur, user, ok := local()
	if !ok || !sc.IsValid() || p.disabled {
		return nil, ctx
	}
	r := records.Get().(*record)
	s := r.newSpan()
	s.id, s.flags = sc.SpanID, sc.Flags&(FlagSampled|FlagRandom)
	s.manual = true
	r.recording = false
	r.parent, r.parentID, r.prev = nil, SpanID{}, cur
	if parent != nil && parent.root.traceID == sc.TraceID {
		r.parentID = parent.id
		if !parent.isForeign() {
			r.parent = parent
		}
	}
	if r.parent != nil {
		s.root = parent.root
	} else {
		s.root = newRoot(clock.Monotonic())
		s.root.traceID, s.root.state = sc.TraceID, sc.State
	}
	s.enter(p.suppress.layer(kind), r.parent)
	s.root = s.root.with(inherited(ctx).Over(parent.Baggage()))
	s.Init(user)
	goroutine.Set(&s.Slot)
	return s, ContextWithSpan(ctx, s)
}

// Continues reports whether s is of the trace that sc is of, and descends from the span
// in another process that sc identifies.
func (s *Span) Continues(sc SpanContext) bool {
	return s != nil && s.descendsFrom(&Span{rec: &foreign, root: &root{tree: &tree{traceID: sc.TraceID}}, id: sc.SpanID})
}

// equals reports whether two spans have the same ids: a foreign span may be in several
// contexts, and a goroutine's current one.
func (s *Span) equals(o *Span) bool { return s.id == o.id && s.root.traceID == o.root.traceID }
