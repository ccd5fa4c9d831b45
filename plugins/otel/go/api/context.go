// Package api makes the spans of the OpenTelemetry API and the runtime's one and the same: it hooks
// go.opentelemetry.io/otel/trace.
//
// The invariant: whatever a context carries as its OpenTelemetry span, it carries as a span of the runtime
// too. So the runtime's is always the innermost, and where the ids differ it is a woven one.
package api

import (
	"context"

	"go.opentelemetry.io/otel/trace"
	weft "go.weft.dev/sdk/trace"
)

// beforeContextWithSpan lets the context carry span for the runtime. Hooks ContextWithSpan, by which every
// other function of the API and every SDK puts a span into a context.
func beforeContextWithSpan(ctx context.Context, span trace.Span) context.Context {
	if ctx == nil || span == nil {
		return ctx
	}
	if own, ok := span.(interface{ weftSpan() *weft.Span }); ok {
		return weft.ContextWithSpan(ctx, own.weftSpan())
	}
	sc := span.SpanContext()
	if !sc.IsValid() {
		return ctx // of a tracer that does nothing; woven spans go on
	}
	carried := weft.FromContext(ctx)
	if isSame(carried, sc) {
		return ctx
	}
	to := FromSpanContext(sc)
	if sc.IsRemote() && carried.Continues(to) {
		// The program reads the headers of a request which the woven server has read already.
		return ctx
	}
	return weft.ContextWithForeign(ctx, to)
}

// beforeContextWithSpanContext hands the span context on to after. Hooks ContextWithSpanContext.
func beforeContextWithSpanContext(sc trace.SpanContext) *bool {
	if sc.IsValid() {
		return nil
	}
	return &invalid
}

var invalid = true

// afterContextWithSpanContext lets spans of the context begin a trace: the program says that it has no parent.
func afterContextWithSpanContext(_ *bool, ctx context.Context) context.Context {
	if weft.FromContext(ctx) == nil {
		return ctx
	}
	return weft.ContextWithForeign(ctx, weft.SpanContext{})
}

// beforeSpanFromContext hands the context on to after. Hooks SpanFromContext.
func beforeSpanFromContext(ctx context.Context) context.Context { return ctx }

// afterSpanFromContext returns the woven span that ctx carries, where it is not what the API has found.
func afterSpanFromContext(ctx context.Context, span trace.Span) trace.Span {
	carried := weft.FromContext(ctx)
	if carried == nil || isSame(carried, span.SpanContext()) {
		return span
	}
	return viewOf(carried)
}

// viewOf returns s for who has not started it just now.
func viewOf(s *weft.Span) trace.Span {
	own := ownSpan{none(), s}
	if s.IsManual() {
		return &own
	}
	return &sharedSpan{own}
}

func isSame(s *weft.Span, sc trace.SpanContext) bool {
	return s != nil && s.SpanID() == weft.SpanID(sc.SpanID()) && s.TraceID() == weft.TraceID(sc.TraceID())
}

// FromSpanContext returns sc as the runtime has it.
func FromSpanContext(sc trace.SpanContext) weft.SpanContext {
	to := weft.SpanContext{
		TraceID: weft.TraceID(sc.TraceID()),
		SpanID:  weft.SpanID(sc.SpanID()),
		Flags:   byte(sc.TraceFlags()),
		Remote:  sc.IsRemote(),
	}
	if state := sc.TraceState(); state.Len() > 0 {
		to.State = state.String()
	}
	return to
}

// ToSpanContext returns sc as the API has it.
func ToSpanContext(sc weft.SpanContext) trace.SpanContext {
	config := trace.SpanContextConfig{
		TraceID:    trace.TraceID(sc.TraceID),
		SpanID:     trace.SpanID(sc.SpanID),
		TraceFlags: trace.TraceFlags(sc.Flags),
		Remote:     sc.Remote,
	}
	if sc.State != "" {
		// One that the API refuses is left out.
		config.TraceState, _ = trace.ParseTraceState(sc.State)
	}
	return trace.NewSpanContext(config)
}
