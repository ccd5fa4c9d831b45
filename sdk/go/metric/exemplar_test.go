package metric

import (
	"context"
	"testing"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/trace"
)

// testSpan returns a span that is, or is not, sampled.
func testSpan(t *testing.T, sampled bool) *trace.Span {
	t.Helper()
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	parent := trace.SpanContext{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Remote: true}
	if sampled {
		parent.Flags = trace.FlagSampled
	}
	span, _ := trace.StartRemote(context.Background(), parent, "test", trace.KindServer)
	t.Cleanup(span.End)
	return span
}

func TestExemplarFilters(t *testing.T) {
	sampled, unsampled := testSpan(t, true), testSpan(t, false)
	for _, tt := range []struct {
		name   string
		filter filter
		span   *trace.Span
		count  int
		ids    bool
	}{
		{"trace_based, sampled", filterTraceBased, sampled, 1, true},
		{"trace_based, not sampled", filterTraceBased, unsampled, 0, false},
		{"trace_based, no span", filterTraceBased, nil, 0, false},
		{"always_on, not sampled", filterAlwaysOn, unsampled, 1, true},
		{"always_on, no span", filterAlwaysOn, nil, 1, false},
		{"always_off, sampled", filterAlwaysOff, sampled, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := testRegistry(tt.filter, cumulative, export.MetricReader{Exponential: true})
			newCounter[int64](r, nil, "c", Options{}).Add(tt.span, 3)
			newUpDownCounter[float64](r, nil, "u", Options{}).Add(tt.span, 3)
			newGauge[float64](r, nil, "g", Options{}).Record(tt.span, 3)
			newHistogram[int64](r, nil, "h", Options{}).Record(tt.span, 3)
			wanted := map[string]any{"c": int64(3), "u": 3.0, "g": 3.0, "h": 3.0}
			for reader := range 2 {
				for name, value := range wanted {
					p := collectAll(t, r, reader, true)[name].points[""]
					if len(p.exemplars) != tt.count {
						t.Fatalf("reader %d: %s: %d exemplars, want %d", reader, name, len(p.exemplars), tt.count)
					}
					for _, e := range p.exemplars {
						if e.value != value || e.time == 0 || e.time > p.time || p.start > e.time {
							t.Errorf("%s: exemplar %+v of %+v", name, e, p)
						}
						if (e.trace != "") != tt.ids || tt.ids && (e.trace != tt.span.TraceID().String() || e.span != tt.span.SpanID().String()) {
							t.Errorf("%s: ids of %+v", name, e)
						}
					}
				}
			}
		})
	}
}

func TestFilterFromEnv(t *testing.T) {
	for value, want := range map[string]filter{
		"": filterTraceBased, "trace_based": filterTraceBased, "always_on": filterAlwaysOn, "ALWAYS_OFF": filterAlwaysOff, "x": filterTraceBased,
	} {
		t.Setenv("OTEL_METRICS_EXEMPLAR_FILTER", value)
		if got := filterFromEnv(); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestExemplarsOfBuckets(t *testing.T) {
	span := testSpan(t, true)
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true}, cumulative, export.MetricReader{Delta: true, Exponential: true})
	h := newHistogram[float64](r, nil, "h", Options{Bounds: []float64{1, 2}})
	for range 1000 {
		h.Record(span, 0.5)
		h.Record(span, 3)
	}
	values := func(reader int, deliver bool) (values []any) {
		for _, e := range collectAll(t, r, reader, deliver)["h"].points[""].exemplars {
			values = append(values, e.value)
		}
		return values
	}
	same := func(got []any, want ...any) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("exemplars %v, want %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("exemplars %v, want %v", got, want)
			}
		}
	}
	same(values(0, false), 0.5, 3.0)
	if n := len(values(2, true)); n != maxExemplars {
		t.Errorf("%d exemplars of exponential buckets, want %d", n, maxExemplars)
	}
	h.Record(span, 1.5)
	h.Record(span, 4)
	same(values(0, true), 0.5, 1.5, 4.0) // not delivered before
	same(values(1, true), 0.5, 1.5, 4.0)
	h.Record(nil, 1.5)
	same(values(0, true)) // of this interval there is none
	same(values(1, true), 0.5, 1.5, 4.0)
	same(values(2, true), 1.5, 4.0)
}

// Each of the values is taken with the same probability.
func TestReservoirIsUniform(t *testing.T) {
	t.Parallel()
	const values, rounds = 10, 20000
	var counts [values]int
	for range rounds {
		var c cell
		for v := range uint64(values) {
			c.offer(nil, v)
		}
		exemplars := make([]*exemplar, 1)
		c.exemplars.Load().drain(exemplars)
		counts[exemplars[0].value]++
	}
	for v, n := range counts {
		// 5 standard deviations of a binomial distribution are 212.
		if n < rounds/values-212 || n > rounds/values+212 {
			t.Errorf("value %d was taken %d times of %d, want a tenth", v, n, rounds)
		}
	}
}
