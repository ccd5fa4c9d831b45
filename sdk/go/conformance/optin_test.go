package conformance

import (
	"context"
	"net/http/httptest"
	"reflect"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"

	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/semconv/httpconv"
	"go.weft.dev/sdk/trace"
)

// serving serves two requests, a second one of them to the end, while a span is live.
func serving() {
	trace.Start(context.Background(), "live", trace.KindInternal)
	first := httpconv.StartServer(scopeA, httptest.NewRequest("GET", "/", nil))
	done := make(chan struct{})
	go func() {
		httpconv.StartServer(scopeA, httptest.NewRequest("GET", "https://shop.test/", nil)).End(false)
		close(done)
	}()
	<-done
	lifecycle.Flush()
	first.End(false)
	lifecycle.Flush()
}

type point struct {
	attributes map[string]any
	value      int64
}

// pointsOf returns the points of a sum, without those that are 0.
func pointsOf(m *metricspb.Metric) (points []point) {
	for _, p := range m.GetSum().GetDataPoints() {
		if v := p.GetAsInt(); v != 0 {
			points = append(points, point{attributes(p.Attributes), v})
		}
	}
	return points
}

// What costs something is there only where it is asked for.
func TestOptInMetrics(t *testing.T) {
	t.Parallel()
	const spans, requests = "go.weft.dev/sdk/runtimemetrics otel.sdk.span.", "example/a http.server.active_requests"
	s := newMetricSink(t)
	run(t, "serving", s.sink)
	if all := byName(s.received()[0]); all[requests] != nil || all[spans+"live"] != nil || all[spans+"started"] != nil {
		t.Errorf("%v, %v, %v", all[requests], all[spans+"live"], all[spans+"started"])
	}
	s = newMetricSink(t)
	run(t, "serving", s.sink, "WEFT_RUNTIME_METRICS=spans", "OTEL_INSTRUMENTATION_HTTP_SERVER_EMIT_EXPERIMENTAL_TELEMETRY=true")
	sampled := map[string]any{"otel.span.sampling_result": "RECORD_AND_SAMPLE"}
	started := []point{{map[string]any{"otel.span.sampling_result": "RECORD_AND_SAMPLE", "otel.span.parent.origin": "none"}, 3}}
	for i, want := range [][]point{
		{{map[string]any{"http.request.method": "GET", "url.scheme": "http"}, 1}, {sampled, 2}}, {{}, {sampled, 1}},
	} {
		all := byName(s.received()[i])
		if got := pointsOf(all[requests]); i == 0 && !reflect.DeepEqual(got, want[:1]) || i == 1 && got != nil {
			t.Errorf("active requests %v, want %v", got, want[0])
		}
		if got := pointsOf(all[spans+"live"]); !reflect.DeepEqual(got, want[1:]) {
			t.Errorf("live %v, want %v", got, want[1:])
		}
		if got := pointsOf(all[spans+"started"]); !reflect.DeepEqual(got, started) {
			t.Errorf("started %v, want %v", got, started)
		}
	}
}
