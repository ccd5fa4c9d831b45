package api

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	weft "go.weft.dev/sdk/trace"
)

var elsewhere = trace.NewSpanContext(trace.SpanContextConfig{
	TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, TraceState: state("a=1,b=2"), Remote: true,
})

func state(s string) trace.TraceState {
	t, err := trace.ParseTraceState(s)
	if err != nil {
		panic(err)
	}
	return t
}

// Woven functions are called as the plugs do.
func with(ctx context.Context, s trace.Span) context.Context {
	return trace.ContextWithSpan(beforeContextWithSpan(ctx, s), s)
}

func withContext(ctx context.Context, sc trace.SpanContext) context.Context {
	s := trace.SpanFromContext(trace.ContextWithSpanContext(ctx, sc))
	in := with(ctx, s)
	if token := beforeContextWithSpanContext(sc); token != nil {
		in = afterContextWithSpanContext(token, in)
	}
	return in
}

func from(ctx context.Context) trace.Span {
	return afterSpanFromContext(ctx, trace.SpanFromContext(ctx))
}

func TestSpanContexts(t *testing.T) {
	if got := ToSpanContext(FromSpanContext(elsewhere)); !got.Equal(elsewhere) {
		t.Errorf("%v became %v", elsewhere, got)
	}
	if got := ToSpanContext(weft.SpanContext{State: "no tracestate"}); got.IsValid() || got.TraceState().Len() != 0 {
		t.Errorf("got %v", got)
	}
}

func TestInnermostSpan(t *testing.T) {
	ctx := context.Background()
	if from(ctx).SpanContext().IsValid() || from(nil).SpanContext().IsValid() {
		t.Error("there is a span in an empty context")
	}
	remote := withContext(ctx, elsewhere)
	if got := weft.FromContext(remote).SpanContext(); got != FromSpanContext(elsewhere) {
		t.Errorf("the runtime has %v", got)
	}
	woven, in := weft.Start(remote, "woven", weft.KindServer)
	defer woven.End()
	if got := from(in); got.SpanContext().SpanID() != trace.SpanID(woven.SpanID()) || got.SpanContext().TraceID() != elsewhere.TraceID() {
		t.Errorf("got %v", got.SpanContext())
	}
	// What the woven span's parent is, is read once more from the request.
	if got := from(withContext(in, elsewhere)).SpanContext(); got.SpanID() != trace.SpanID(woven.SpanID()) {
		t.Errorf("got %v", got)
	}
	other := elsewhere.WithSpanID(trace.SpanID{3})
	if got := from(withContext(in, other)).SpanContext(); !got.Equal(other) {
		t.Errorf("got %v", got)
	}
	if got := weft.FromContext(with(in, trace.SpanFromContext(ctx))); got != woven {
		t.Error("a tracer that does nothing takes the woven span away")
	}
	cleared := withContext(in, trace.SpanContext{})
	if got := weft.FromContext(cleared).SpanContext(); got.IsValid() || from(cleared).SpanContext().IsValid() {
		t.Errorf("got %v", got)
	}
	again := with(ctx, from(in))
	if weft.FromContext(again) != woven || from(again).SpanContext().SpanID() != trace.SpanID(woven.SpanID()) {
		t.Error("a woven span cannot be put into a context")
	}
}

func TestTracers(t *testing.T) {
	a := Tracer("a", []trace.TracerOption{trace.WithInstrumentationVersion("1")})
	if a != Tracer("a", []trace.TracerOption{trace.WithInstrumentationVersion("1")}) || a == Tracer("a", nil) {
		t.Error("tracers are not told apart by name and version")
	}
	ctx, span := a.Start(nil, "span")
	if !from(ctx).SpanContext().Equal(span.SpanContext()) || !span.SpanContext().IsValid() {
		t.Errorf("got %v", span.SpanContext())
	}
	if _, ok := span.TracerProvider().Tracer("a").(*tracer); !ok {
		t.Error("a span's provider is not the runtime's")
	}
	Configure(span.TracerProvider())
	if Tracer("a", nil) == nil {
		t.Error("the runtime's own provider counts as configured")
	}
	span.End()
	Configure(none().TracerProvider())
	if Tracer("a", nil) != nil {
		t.Error("a tracer of the runtime although the program has a provider")
	}
	if _, s := a.Start(context.Background(), "span"); s.SpanContext().IsValid() {
		t.Error("a tracer does not hand over")
	}
}

func TestAttributes(t *testing.T) {
	kv := []attribute.KeyValue{
		attribute.String("", "no key"), attribute.Int("n", 1), attribute.IntSlice("l", []int{1}),
	}
	if got := Attributes(kv); len(got) != 2 || got[0].Key().Name() != "n" {
		t.Errorf("got %v", got)
	}
	set := attribute.NewSet(kv[1:]...)
	if got := AppendSet(nil, set); len(got) != 2 {
		t.Errorf("got %v", got)
	}
	if len(Attributes(nil)) != 0 {
		t.Error("attributes of nothing")
	}
}

func BenchmarkSpan(b *testing.B) {
	t := Tracer("benchmark", nil)
	ctx, root := t.Start(context.Background(), "root")
	defer root.End()
	b.ReportAllocs()
	for b.Loop() {
		_, span := t.Start(ctx, "span")
		span.SetAttributes(attribute.String("k", "v"), attribute.Int("n", 1))
		span.End()
	}
}

// An instrumentation library's span of a request that is woven too stands for the woven one.
func TestSpanOfTheSameOperation(t *testing.T) {
	if configured.Load() != nil {
		defer configured.Store(configured.Swap(nil))
	}
	library := Tracer("go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp", nil)
	woven, ctx := weft.Start(context.Background(), "woven", weft.KindServer.Of(weft.HTTP))
	in, span := library.Start(ctx, "GET", trace.WithSpanKind(trace.SpanKindServer))
	if span.SpanContext().SpanID() != trace.SpanID(woven.SpanID()) || weft.FromContext(in) != woven {
		t.Errorf("there are two spans: %v", span.SpanContext())
	}
	span.End()
	from(ctx).End()
	if weft.Current() != woven {
		t.Error("the program has ended a woven span")
	}
	_, client := library.Start(in, "GET", trace.WithSpanKind(trace.SpanKindClient))
	if client.SpanContext().SpanID() == trace.SpanID(woven.SpanID()) {
		t.Error("a client span is taken for its server's")
	}
	client.End()
	woven.End()
}

func TestConventionOf(t *testing.T) {
	for scope, want := range map[string]weft.Convention{
		"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp":                 weft.HTTP,
		"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc":   weft.RPC,
		"go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/mongo": weft.Database,
		"github.com/XSAM/otelsql": weft.Database, "example.com/otelhttp": 0, "": 0,
	} {
		if got := ConventionOf(scope); got != want {
			t.Errorf("ConventionOf(%q) = %d, want %d", scope, got, want)
		}
	}
}
