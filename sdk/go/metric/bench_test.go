package metric

import (
	"context"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/trace"
)

var (
	methodKey = attribute.NewKey("http.request.method")
	schemeKey = attribute.NewKey("url.scheme")
	statusKey = attribute.NewKey("http.response.status_code")
	routeKey  = attribute.NewKey("http.route")
	httpKey   = attribute.NewKey("network.protocol.version")
)

func benchAttributes(route string) []attribute.Attribute {
	return []attribute.Attribute{
		methodKey.String("GET"), schemeKey.String("https"), statusKey.Int(200), routeKey.String(route), httpKey.String("1.1"),
	}
}

func sampledSpan(tb testing.TB) *trace.Span {
	span, _ := trace.StartRemote(context.Background(), trace.SpanContext{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Flags: trace.FlagSampled, Remote: true,
	}, "test", trace.KindServer)
	tb.Cleanup(span.End)
	return span
}

func BenchmarkCounterBound(b *testing.B) {
	b.ReportAllocs()
	c := newCounter[int64](testRegistry(filterTraceBased, cumulative), nil, "c", Options{}).With(benchAttributes("/")...)
	for b.Loop() {
		c.Add(nil, 1)
	}
}

func BenchmarkHistogramBound(b *testing.B) {
	b.ReportAllocs()
	h := newHistogram[float64](testRegistry(filterTraceBased, cumulative), nil, "h", Options{}).With(benchAttributes("/")...)
	for b.Loop() {
		h.Record(nil, 42)
	}
}

func BenchmarkHistogramBoundParallel(b *testing.B) {
	b.ReportAllocs()
	h := newHistogram[float64](testRegistry(filterTraceBased, cumulative), nil, "h", Options{}).With(benchAttributes("/")...)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h.Record(nil, 42)
		}
	})
}

func BenchmarkHistogramBoundSampled(b *testing.B) {
	b.ReportAllocs()
	h := newHistogram[float64](testRegistry(filterTraceBased, cumulative), nil, "h", Options{}).With(benchAttributes("/")...)
	span := sampledSpan(b)
	for b.Loop() {
		h.Record(span, 42)
	}
}

func BenchmarkHistogramDynamic(b *testing.B) {
	b.ReportAllocs()
	h := newHistogram[float64](testRegistry(filterTraceBased, cumulative), nil, "h", Options{})
	route := "/users/{id}"
	for b.Loop() {
		h.Record(nil, 42, methodKey.String("GET"), schemeKey.String("https"), statusKey.Int(200),
			routeKey.String(route), httpKey.String("1.1"))
	}
}

func BenchmarkHistogramExponential(b *testing.B) {
	b.ReportAllocs()
	r := testRegistry(filterTraceBased, export.MetricReader{Exponential: true})
	h := newHistogram[float64](r, nil, "h", Options{}).With(benchAttributes("/")...)
	for b.Loop() {
		h.Record(nil, 42)
	}
}

func BenchmarkOff(b *testing.B) {
	b.ReportAllocs()
	h := newHistogram[float64](testRegistry(filterTraceBased), nil, "h", Options{})
	for b.Loop() {
		h.Record(nil, 42, methodKey.String("GET"), statusKey.Int(200))
	}
}

func BenchmarkCollect(b *testing.B) {
	b.ReportAllocs()
	r := testRegistry(filterTraceBased, cumulative)
	h := newHistogram[float64](r, nil, "h", Options{})
	for n := range int64(100) {
		h.Record(nil, 42, methodKey.String("GET"), statusKey.Int(n))
	}
	for b.Loop() {
		r.collect(0)
	}
}

// Recording must not allocate (see maxInline).
func TestRecordingDoesNotAllocate(t *testing.T) {
	h := newHistogram[float64](testRegistry(filterTraceBased, cumulative), nil, "h", Options{})
	bound := h.With(benchAttributes("/")...)
	if n := testing.AllocsPerRun(100, func() {
		h.Record(nil, 42, methodKey.String("GET"), schemeKey.String("https"), statusKey.Int(200), routeKey.String("/"), httpKey.String("1.1"))
		bound.Record(nil, 42)
		bound.Record(nil, 42, statusKey.Int(200))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
