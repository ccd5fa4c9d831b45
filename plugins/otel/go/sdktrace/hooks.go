// Package sdktrace lets spans that a program makes with an OpenTelemetry SDK of its own take part in the
// runtime's traces: it hooks go.opentelemetry.io/otel/sdk/trace. They are recorded and exported by the SDK alone.
package sdktrace

import (
	"context"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.weft.dev/plugins/otel/api"
	weft "go.weft.dev/sdk/trace"
)

// orphan stands for no parent.
var orphan weft.Span

// beforeStart lets the SDK find the woven span that is the goroutine's current one. Hooks (*tracer).Start.
func beforeStart(ctx context.Context) (*weft.Span, context.Context) {
	parent := weft.ManualParent(ctx)
	if parent == nil {
		return &orphan, ctx
	}
	if parent != weft.FromContext(ctx) {
		ctx = weft.ContextWithSpan(ctx, parent)
	}
	return parent, ctx
}

// afterStart makes the SDK's span the goroutine's current one.
func afterStart(parent *weft.Span, ctx context.Context, span trace.Span) context.Context {
	if parent == &orphan {
		parent = nil
	}
	s, in := weft.StartForeign(ctx, parent, api.FromSpanContext(span.SpanContext()), kindOf(span))
	remember(s)
	return in
}

func kindOf(span trace.Span) weft.Kind {
	recording, ok := span.(sdktrace.ReadOnlySpan)
	if !ok {
		return weft.KindInternal
	}
	kind := weft.Kind(recording.SpanKind())
	return kind.Of(api.ConventionOf(recording.InstrumentationScope().Name))
}

// beforeEnd makes the span current that was so before. Hooks End of recordingSpan and nonRecordingSpan.
func beforeEnd(span any) {
	if span, ok := span.(trace.Span); ok {
		forget(weft.SpanID(span.SpanContext().SpanID())).End()
	}
}
