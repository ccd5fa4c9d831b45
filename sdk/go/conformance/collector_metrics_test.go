//go:build backends

package conformance

import (
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"
)

const (
	delta      = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA
	cumulative = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE
)

// checkEveryInstrument compares what the Collector received of the program "every
// metric" with what the program recorded, by what the variables ask for.
func checkEveryInstrument(t *testing.T, c *collector, tr transport, variables ...string) {
	service := t.Name()
	variables = append(variables, "OTEL_METRICS_EXPORTER=otlp", "OTEL_TRACES_EXPORTER=none")
	runWith(t, "everyInstrument", tr, service, variables...)
	var found []*metricspb.ResourceMetrics
	for _, data := range received[*metricspb.MetricsData](t, c, "metrics") {
		for _, rm := range data.ResourceMetrics {
			if serviceName(rm.Resource) == service {
				found = append(found, rm)
			}
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d ResourceMetrics, want 1", len(found))
	}
	checkResource(t, found[0].Resource, map[string]any{"service.name": service})
	if found[0].SchemaUrl != schemaURL {
		t.Errorf("schema of the resource is %q", found[0].SchemaUrl)
	}
	got := map[string]*metricspb.Metric{}
	scopes := map[string]string{}
	for _, sm := range found[0].ScopeMetrics {
		for _, m := range sm.Metrics {
			if got[m.Name] != nil {
				t.Errorf("%s is there twice", m.Name)
			}
			got[m.Name] = m
			scopes[m.Name] = sm.Scope.GetName() + " " + sm.Scope.GetVersion()
		}
	}
	for _, want := range instrumentsWanted(preferenceOf(variables)) {
		m := got[want.metric.Name]
		if m == nil {
			t.Errorf("no metric %s", want.metric.Name)
			continue
		}
		if scopes[m.Name] != want.scope {
			t.Errorf("scope of %s is %q, want %q", m.Name, scopes[m.Name], want.scope)
		}
		equal(t, m.Name, withoutTimes(t, m), want.metric)
	}
}

// preference is what of the variables changes the form of metrics.
type preference struct{ counters, observed, exponential bool }

func preferenceOf(variables []string) (p preference) {
	for _, v := range variables {
		switch v {
		case "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta":
			p.counters, p.observed = true, true
		case "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=lowmemory":
			p.counters = true
		case "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram":
			p.exponential = true
		}
	}
	return p
}

func temporality(isDelta bool) metricspb.AggregationTemporality {
	if isDelta {
		return delta
	}
	return cumulative
}

type wantedMetric struct {
	scope  string
	metric *metricspb.Metric
}

// withoutTimes returns a copy of m without times and the id of exemplars' spans,
// after a look at them.
func withoutTimes(t *testing.T, m *metricspb.Metric) *metricspb.Metric {
	t.Helper()
	m = proto.Clone(m).(*metricspb.Metric)
	_, isGauge := m.Data.(*metricspb.Metric_Gauge)
	point := func(start, end *uint64, exemplars []*metricspb.Exemplar) {
		if *end == 0 || !isGauge && (*start == 0 || *start > *end) || isGauge && *start != 0 {
			t.Errorf("a point of %s is from %d to %d", m.Name, *start, *end)
		}
		for _, e := range exemplars {
			if e.TimeUnixNano == 0 || e.TimeUnixNano > *end || len(e.SpanId) != 8 {
				t.Errorf("an exemplar of %s is of %d in span %x, its point until %d", m.Name, e.TimeUnixNano, e.SpanId, *end)
			}
			e.TimeUnixNano, e.SpanId = 0, nil
		}
		*start, *end = 0, 0
	}
	for _, p := range append(m.GetGauge().GetDataPoints(), m.GetSum().GetDataPoints()...) {
		point(&p.StartTimeUnixNano, &p.TimeUnixNano, p.Exemplars)
	}
	for _, p := range m.GetHistogram().GetDataPoints() {
		point(&p.StartTimeUnixNano, &p.TimeUnixNano, p.Exemplars)
	}
	for _, p := range m.GetExponentialHistogram().GetDataPoints() {
		point(&p.StartTimeUnixNano, &p.TimeUnixNano, p.Exemplars)
	}
	return m
}

// instrumentsWanted returns the metrics of recordInstruments.
func instrumentsWanted(p preference) []wantedMetric {
	const a, b = "example/a 1.2.3", "example/b "
	routeA := []*commonpb.KeyValue{kv("http.route", "/a")}
	integer := func(v int64, attributes ...*commonpb.KeyValue) *metricspb.NumberDataPoint {
		return &metricspb.NumberDataPoint{Attributes: attributes, Value: &metricspb.NumberDataPoint_AsInt{AsInt: v}}
	}
	double := func(v float64) *metricspb.NumberDataPoint {
		return &metricspb.NumberDataPoint{Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: v}}
	}
	sum := func(isDelta, monotonic bool, points ...*metricspb.NumberDataPoint) *metricspb.Metric_Sum {
		return &metricspb.Metric_Sum{Sum: &metricspb.Sum{
			AggregationTemporality: temporality(isDelta), IsMonotonic: monotonic, DataPoints: points,
		}}
	}
	gauge := func(point *metricspb.NumberDataPoint) *metricspb.Metric_Gauge {
		return &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: []*metricspb.NumberDataPoint{point}}}
	}
	histogram := func(points ...*metricspb.HistogramDataPoint) *metricspb.Metric_Histogram {
		return &metricspb.Metric_Histogram{Histogram: &metricspb.Histogram{
			AggregationTemporality: temporality(p.counters), DataPoints: points,
		}}
	}
	inSpan := integer(5, routeA...)
	inSpan.Exemplars = []*metricspb.Exemplar{{TraceId: remoteParent.TraceID[:], Value: &metricspb.Exemplar_AsInt{AsInt: 3}}}
	exemplar := []*metricspb.Exemplar{{TraceId: remoteParent.TraceID[:], Value: &metricspb.Exemplar_AsDouble{AsDouble: 8}}}

	duration := &metricspb.Metric{Name: "test.duration", Unit: "s", Description: "Durations.", Data: histogram(&metricspb.HistogramDataPoint{
		Attributes: routeA, Count: 5, Sum: proto.Float64(29.25), Min: proto.Float64(0.25), Max: proto.Float64(16),
		ExplicitBounds: []float64{0.5, 1, 10}, BucketCounts: []uint64{1, 1, 2, 1}, Exemplars: exemplar,
	})}
	size := &metricspb.Metric{Name: "test.size", Unit: "By", Description: "Sizes.", Data: histogram(&metricspb.HistogramDataPoint{
		Count: 1, Sum: proto.Float64(7), Min: proto.Float64(7), Max: proto.Float64(7),
		ExplicitBounds: []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000},
		BucketCounts:   []uint64{0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	})}
	if p.exponential {
		duration.Data, size.Data = exponential(p.counters, exemplar)
	}
	return []wantedMetric{
		{a, &metricspb.Metric{Name: "test.requests", Unit: "{request}", Description: "Requests.", Data: sum(p.counters, true, inSpan, integer(1))}},
		{a, &metricspb.Metric{Name: "test.busy", Unit: "s", Description: "Time at work.", Data: sum(p.counters, true, double(0.75))}},
		{a, &metricspb.Metric{Name: "test.open", Unit: "{connection}", Description: "Open connections.", Data: sum(false, false, integer(-2))}},
		{a, &metricspb.Metric{Name: "test.temperature", Unit: "Cel", Description: "It's \"hot\", or\nnot \\.", Data: gauge(double(-3.5))}},
		{a, duration},
		{b, size},
		{b, &metricspb.Metric{Name: "test.sent", Unit: "By", Description: "What was sent.", Data: sum(p.observed, true, integer(1000))}},
		{b, &metricspb.Metric{Name: "test.queued", Description: "What waits.", Data: sum(false, false, integer(-4, kv("job", "j"), kv("lane", 1)))}},
		{b, &metricspb.Metric{Name: "test.load", Unit: "1", Description: "Load.", Data: gauge(double(0.75))}},
	}
}

// exponential returns the data of test.duration and test.size with exponential
// buckets: of the greatest scale at which the values fit into 160 buckets. An index
// at a scale is ceil(log2(value) * 2^scale) - 1.
func exponential(isDelta bool, exemplars []*metricspb.Exemplar) (duration, size *metricspb.Metric_ExponentialHistogram) {
	of := func(point *metricspb.ExponentialHistogramDataPoint) *metricspb.Metric_ExponentialHistogram {
		point.Negative = &metricspb.ExponentialHistogramDataPoint_Buckets{} // the Collector writes empty ones
		return &metricspb.Metric_ExponentialHistogram{ExponentialHistogram: &metricspb.ExponentialHistogram{
			AggregationTemporality: temporality(isDelta), DataPoints: []*metricspb.ExponentialHistogramDataPoint{point},
		}}
	}
	// log2 of the values is -2, 0, 2, 3 and 4: at scale 4 their indices are 16 times
	// that less one, from -33 to 63.
	counts := make([]uint64, 97)
	for _, i := range []int{-33, -1, 31, 47, 63} {
		counts[i+33] = 1
	}
	duration = of(&metricspb.ExponentialHistogramDataPoint{
		Attributes: []*commonpb.KeyValue{kv("http.route", "/a")}, Count: 5, Sum: proto.Float64(29.25),
		Min: proto.Float64(0.25), Max: proto.Float64(16), Scale: 4, Exemplars: exemplars,
		Positive: &metricspb.ExponentialHistogramDataPoint_Buckets{Offset: -33, BucketCounts: counts},
	})
	size = of(&metricspb.ExponentialHistogramDataPoint{
		Count: 1, Sum: proto.Float64(7), Min: proto.Float64(7), Max: proto.Float64(7), Scale: 20,
		Positive: &metricspb.ExponentialHistogramDataPoint_Buckets{Offset: 2943724, BucketCounts: []uint64{1}},
	})
	return duration, size
}
