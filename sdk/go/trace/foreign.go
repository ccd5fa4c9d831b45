package trace

import (
	"context"
	"sync/atomic"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/goroutine"
)

// A foreign span is one that something else records: an OpenTelemetry SDK that the
// program configures, or another process. Here it is only a parent.

// foreign is the record of the foreign spans that contexts carry. It is never
// theirs, so nothing can be set on them, and they are never a goroutine's current
// span; they differ by their generations.
var foreign record

var foreignGeneration atomic.Uint64

// flagRemote says, in the flags of a foreign span, that it is in another process.
const flagRemote = 1 << 7

// isForeign reports whether s stands for a span context that is not ours.
func (s *Span) isForeign() bool { return s != nil && s.rec == &foreign }

// foreignContext is a context with a foreign span, in one allocation.
type foreignContext struct {
	spanContext
	span Span
	root root
}

// ContextWithForeign returns a context that carries a span which something else
// records, or will, and which sc identifies. It returns ctx where sc is not valid.
func ContextWithForeign(ctx context.Context, sc SpanContext) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if !sc.IsValid() {
		return ctx
	}
	c := &foreignContext{spanContext: spanContext{Context: ctx}}
	c.root.state = sc.State
	c.span = Span{
		rec: &foreign, gen: foreignGeneration.Add(1), root: &c.root, baggage: inherited(ctx),
		traceID: sc.TraceID, id: sc.SpanID, flags: sc.Flags & (FlagSampled | FlagRandom),
	}
	if sc.Remote {
		c.span.flags |= flagRemote
	}
	c.spanContext.span = &c.span
	return c
}

// inherited returns the baggage that a span of ctx has.
func inherited(ctx context.Context) *baggage.Baggage {
	if b := baggage.FromContext(ctx); b != nil {
		return b
	}
	return FromContext(ctx).Baggage()
}

// StartForeign makes a span that something else has started, and which sc
// identifies, the goroutine's current one until End is called. Its parent is parent
// where that is of the same trace; else it begins what this process has of its
// trace. The span is nil, and ctx returned as it is, where Start returns no span.
func StartForeign(ctx context.Context, parent *Span, sc SpanContext) (*Span, context.Context) {
	cur, user, ok := local()
	if !ok || !sc.IsValid() || current().disabled {
		return nil, ctx
	}
	r := records.Get().(*record)
	s := r.newSpan()
	s.traceID, s.id, s.flags = sc.TraceID, sc.SpanID, sc.Flags&(FlagSampled|FlagRandom)
	r.recording = false
	r.parent, r.parentID, r.prev = nil, SpanID{}, cur
	if parent != nil && parent.traceID == sc.TraceID {
		r.parentID = parent.id
		if !parent.isForeign() {
			r.parent = parent
		}
	}
	if r.parent != nil {
		s.root = parent.root
	} else {
		s.root = newRoot()
		s.root.state = sc.State
	}
	s.enter(0, r.parent)
	s.baggage = inherited(ctx)
	if s.baggage == nil && parent != nil {
		s.baggage = parent.baggage
	}
	s.Init(user)
	goroutine.Set(&s.Slot)
	return s, ContextWithSpan(ctx, s)
}

// Continues reports whether s is of the trace that sc is of, and has the span that
// sc identifies as its parent in another process.
func (s *Span) Continues(sc SpanContext) bool {
	if s == nil || s.traceID != sc.TraceID {
		return false
	}
	r := s.lock()
	if r == nil {
		return false
	}
	is := r.parent == nil && r.parentID == sc.SpanID
	r.unlock(s.gen)
	return is
}
