package conformance

import (
	"context"
	"io"
	"math"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// metricSink accepts metrics, and spans.
type metricSink struct {
	*sink
	mu       sync.Mutex
	refuse   func(w http.ResponseWriter, attempt int) bool // true when it answered
	attempts int
	requests []*collectormetrics.ExportMetricsServiceRequest
}

func newMetricSink(t *testing.T) *metricSink {
	m := &metricSink{sink: newSink(t)}
	m.answers(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/v1/metrics" {
			return false
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.attempts++
		if m.refuse != nil && m.refuse(w, m.attempts) {
			return true
		}
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		request := &collectormetrics.ExportMetricsServiceRequest{}
		if err := proto.Unmarshal(payload, request); err != nil {
			t.Errorf("payload does not decode: %v", err)
		}
		checkKnown(t, request)
		m.requests = append(m.requests, request)
		return true
	})
	return m
}

// refuses sets what is tried before metrics are accepted.
func (m *metricSink) refuses(refuse func(w http.ResponseWriter, attempt int) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = refuse
}

// received returns what was accepted so far.
func (m *metricSink) received() []*collectormetrics.ExportMetricsServiceRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

// tried returns how many requests there were, accepted or not.
func (m *metricSink) tried() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.attempts
}

// checkKnown fails the test for fields that the official definitions do not have.
func checkKnown(t *testing.T, request *collectormetrics.ExportMetricsServiceRequest) {
	t.Helper()
	plain := proto.Clone(request)
	// What is unknown anywhere would be lost.
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(must(proto.Marshal(request)), plain); err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(plain, request) {
		t.Error("the request has unknown fields")
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// metrics returns the metrics of a request by scope and name.
func byName(request *collectormetrics.ExportMetricsServiceRequest) map[string]*metricspb.Metric {
	all := map[string]*metricspb.Metric{}
	for _, rm := range request.ResourceMetrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				all[sm.Scope.Name+" "+m.Name] = m
			}
		}
	}
	return all
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	began := uint64(time.Now().UnixNano())
	_, stderr := run(t, "everyMetric", s.sink, "OTEL_SERVICE_NAME=shop", "OTEL_METRIC_EXPORT_INTERVAL=3600000")
	ended := uint64(time.Now().UnixNano())
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	if len(s.received()) != 1 || len(s.received()[0].ResourceMetrics) != 1 {
		t.Fatalf("%d requests, want one with one resource", len(s.received()))
	}
	rm := s.received()[0].ResourceMetrics[0]
	if attributes(rm.Resource.Attributes)["service.name"] != "shop" || !strings.HasPrefix(rm.SchemaUrl, "https://opentelemetry.io/schemas/") {
		t.Errorf("resource %v", rm.Resource)
	}
	scopes := map[string]bool{}
	for _, sm := range rm.ScopeMetrics {
		if scopes[sm.Scope.Name] {
			t.Errorf("the scope %s is there twice", sm.Scope.Name)
		}
		scopes[sm.Scope.Name] = true
	}
	all := byName(s.received()[0])
	span := s.spans()[0]
	for name, want := range map[string]struct {
		value     any
		monotonic bool
		exemplars int
		labels    map[string]any
	}{
		"example/a int.counter":      {int64(3), true, 1, map[string]any{"color": "grün", "size": int64(4)}},
		"example/a float.counter":    {0.5, true, 1, nil},
		"example/a int.updown":       {int64(-3), false, 1, nil},
		"example/b float.updown":     {-0.5, false, 0, nil},
		"example/b int.gauge":        {int64(7), false, 1, nil},
		"example/b float.gauge":      {7.5, false, 1, map[string]any{"color": true, "size": []any{"a", "b"}}},
		"example/a observed.counter": {int64(11), true, 0, map[string]any{"color": "red"}},
		"example/a observed.updown":  {-1.5, false, 0, nil},
		"example/a observed.gauge":   {99.5, false, 0, nil},
	} {
		m := all[name]
		if m == nil {
			t.Errorf("no %s", name)
			continue
		}
		points := m.GetGauge().GetDataPoints()
		if sum := m.GetSum(); sum != nil {
			points = sum.DataPoints
			if sum.AggregationTemporality != metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE || sum.IsMonotonic != want.monotonic {
				t.Errorf("%s: %v, monotonic %v", name, sum.AggregationTemporality, sum.IsMonotonic)
			}
		}
		if strings.Contains(name, "gauge") != (m.GetGauge() != nil) || len(points) != 1 {
			t.Errorf("%s: %v", name, m)
			continue
		}
		p := points[0]
		if got := numberOf(p); got != want.value {
			t.Errorf("%s: %v, want %v", name, got, want.value)
		}
		if want.labels == nil {
			want.labels = map[string]any{}
		}
		if got := attributes(p.Attributes); !reflect.DeepEqual(got, want.labels) {
			t.Errorf("%s: attributes %v, want %v", name, got, want.labels)
		}
		if p.TimeUnixNano < began || p.TimeUnixNano > ended || m.GetSum() != nil && (p.StartTimeUnixNano < began || p.StartTimeUnixNano > p.TimeUnixNano) {
			t.Errorf("%s: from %d to %d", name, p.StartTimeUnixNano, p.TimeUnixNano)
		}
		if len(p.Exemplars) != want.exemplars {
			t.Errorf("%s: %d exemplars, want %d", name, len(p.Exemplars), want.exemplars)
		}
		for _, e := range p.Exemplars {
			if string(e.TraceId) != string(span.TraceId) || string(e.SpanId) != string(span.SpanId) {
				t.Errorf("%s: exemplar %v of span %v", name, e, span)
			}
		}
	}
	if m := all["example/a int.counter"]; m.GetUnit() != "{thing}" || m.GetDescription() != "Things of \"all\" kinds.\nÄ" {
		t.Errorf("unit %q, description %q", m.GetUnit(), m.GetDescription())
	}
	latency := all["go.weft.dev/sdk latency"].GetHistogram().GetDataPoints()[0]
	if latency.Count != 6 || latency.GetSum() != 8.25 || latency.GetMin() != -1 || latency.GetMax() != 8 ||
		!slices.Equal(latency.BucketCounts, []uint64{3, 2, 1}) || !slices.Equal(latency.ExplicitBounds, []float64{0.1, 1}) || len(latency.Exemplars) != 3 {
		t.Errorf("histogram %v", latency)
	}
	observed := all["example/a observed.histogram"].GetHistogram().GetDataPoints()[0]
	if observed.Count != 6 || observed.Sum != nil || observed.Min != nil || !slices.Equal(observed.BucketCounts, []uint64{1, 2, 3}) {
		t.Errorf("observed histogram %v", observed)
	}
	checkRuntime(t, all)
}

func numberOf(p *metricspb.NumberDataPoint) any {
	switch v := p.Value.(type) {
	case *metricspb.NumberDataPoint_AsInt:
		return v.AsInt
	case *metricspb.NumberDataPoint_AsDouble:
		return v.AsDouble
	}
	return nil
}

// checkRuntime checks what is there without any instrument of the program.
func checkRuntime(t *testing.T, all map[string]*metricspb.Metric) {
	t.Helper()
	const scope = "go.weft.dev/sdk/runtimemetrics "
	for name, unit := range map[string]string{
		"go.memory.used": "By", "go.memory.allocated": "By", "go.memory.allocations": "{allocation}", "go.memory.gc.goal": "By",
		"go.goroutine.count": "{goroutine}", "go.processor.limit": "{thread}", "go.config.gogc": "%", "go.memory.gc.cycles": "{gc_cycle}",
		"process.uptime": "s", "process.cpu.time": "s", "process.memory.usage": "By", "process.thread.count": "{thread}",
		"process.unix.file_descriptor.count": "{file_descriptor}",
		"otel.sdk.processor.span.queue.size": "{span}", "otel.sdk.processor.span.queue.capacity": "{span}",
		"otel.sdk.exporter.span.exported": "{span}", "otel.sdk.exporter.metric_data_point.exported": "{data_point}",
	} {
		m := all[scope+name]
		if m == nil || m.Unit != unit {
			t.Errorf("%s: %v", name, m)
			continue
		}
		points := append(m.GetSum().GetDataPoints(), m.GetGauge().GetDataPoints()...)
		for _, p := range points {
			if v, ok := numberOf(p).(int64); ok && v < 0 {
				t.Errorf("%s: %v", name, p)
			}
		}
	}
	if all[scope+"go.memory.limit"] != nil {
		t.Error("there is a memory limit")
	}
	capacity := all[scope+"otel.sdk.processor.span.queue.capacity"].GetSum().GetDataPoints()[0]
	if want := map[string]any{"otel.component.type": "batching_span_processor", "otel.component.name": "batching_span_processor/0"}; !reflect.DeepEqual(attributes(capacity.Attributes), want) || capacity.GetAsInt() != 2048 {
		t.Errorf("capacity %v", capacity)
	}
	if h := all[scope+"go.schedule.duration"].GetHistogram(); h == nil || h.DataPoints[0].Count == 0 {
		t.Errorf("go.schedule.duration: %v", h)
	}
}

func TestExponentialHistogram(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	run(t, "everyMetric", s.sink, "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram")
	p := byName(s.received()[0])["go.weft.dev/sdk latency"].GetExponentialHistogram().GetDataPoints()[0]
	if p.Count != 6 || p.GetSum() != 8.25 || p.ZeroCount != 1 || p.GetMin() != -1 || p.GetMax() != 8 || len(p.Exemplars) != 6 {
		t.Errorf("point %v", p)
	}
	base := math.Pow(2, math.Pow(2, -float64(p.Scale)))
	counts := map[float64]uint64{}
	for _, v := range []float64{0.05, 0.5, 0.7, 8} {
		for i, n := range p.Positive.BucketCounts {
			low := math.Pow(base, float64(int(p.Positive.Offset)+i))
			if n > 0 && v > low*(1-1e-9) && v <= low*base*(1+1e-9) {
				counts[v] += n
			}
		}
	}
	if !reflect.DeepEqual(counts, map[float64]uint64{0.05: 1, 0.5: 1, 0.7: 1, 8: 1}) {
		t.Errorf("the values are in buckets of %v, scale %d", counts, p.Scale)
	}
	if len(p.Positive.BucketCounts) > 160 || p.Negative.BucketCounts[0] != 1 {
		t.Errorf("buckets %v, %v", p.Positive, p.Negative)
	}
}

// sums returns what two exports hold, as "counter histogram observed" each.
func sums(s *metricSink) (all [][3]float64, starts [][2]uint64) {
	for _, request := range s.received() {
		m := byName(request)
		c := m["example/a counter"].GetSum().GetDataPoints()[0]
		all = append(all, [3]float64{
			float64(c.GetAsInt()), m["example/a histogram"].GetHistogram().GetDataPoints()[0].GetSum(),
			float64(m["example/a observed"].GetSum().GetDataPoints()[0].GetAsInt()),
		})
		starts = append(starts, [2]uint64{c.StartTimeUnixNano, c.TimeUnixNano})
	}
	return all, starts
}

func TestTemporality(t *testing.T) {
	t.Parallel()
	total, difference := [3]float64{11, 11, 11}, [3]float64{6, 6, 6}
	first := [3]float64{5, 5, 5}
	for preference, want := range map[string][][3]float64{
		"":           {first, total},
		"Cumulative": {first, total},
		"delta":      {first, difference},
		"LOWMEMORY":  {first, {6, 6, 11}},
		"nonsense":   {first, total},
	} {
		t.Run(preference, func(t *testing.T) {
			t.Parallel()
			s := newMetricSink(t)
			stdout, stderr := run(t, "flushTwice", s.sink, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+preference)
			got, times := sums(s)
			if !reflect.DeepEqual(got, want) || stdout != "true false 0\n" {
				t.Errorf("got %v, want %v; stats %s", got, want, stdout)
			}
			if delta := want[1][0] == 6; delta && times[1][0] != times[0][1] || !delta && times[1][0] != times[0][0] {
				t.Errorf("times %v", times)
			}
			if (stderr == "") != (preference != "nonsense") {
				t.Errorf("stderr %q", stderr)
			}
		})
	}
}

// What a backend did not get is in what it gets next.
func TestMetricsAfterFailure(t *testing.T) {
	t.Parallel()
	for _, preference := range []string{"cumulative", "delta"} {
		for name, refuse := range map[string]func(w http.ResponseWriter, attempt int) bool{
			"reset": func(w http.ResponseWriter, attempt int) bool {
				if attempt > 1 {
					return false
				}
				if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
					_ = connection.Close()
				}
				return true
			},
			"busy": func(w http.ResponseWriter, attempt int) bool {
				if attempt > 1 {
					return false
				}
				w.Header().Set("Retry-After", "3600") // longer than Flush waits
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			},
		} {
			t.Run(preference+" "+name, func(t *testing.T) {
				t.Parallel()
				s := newMetricSink(t)
				s.refuses(refuse)
				stdout, _ := run(t, "flushTwice", s.sink, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+preference)
				if got, _ := sums(s); !reflect.DeepEqual(got, [][3]float64{{11, 11, 11}}) || stdout != "true true 0\n" {
					t.Errorf("got %v, want all in the second export; stats %s", got, stdout)
				}
			})
		}
	}
}

// What is refused for good is not sent again.
func TestMetricsRefused(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	s.refuses(func(w http.ResponseWriter, attempt int) bool {
		if attempt == 1 {
			w.WriteHeader(http.StatusBadRequest)
		}
		return attempt == 1
	})
	_, stderr := run(t, "flushTwice", s.sink, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta")
	if got, _ := sums(s); !reflect.DeepEqual(got, [][3]float64{{6, 6, 6}}) || !strings.Contains(stderr, "refuses metrics: 400") {
		t.Errorf("got %v; stderr %s", got, stderr)
	}
}

func TestMetricsPeriodically(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	cmd := program(t, "scraped", s.sink, "OTEL_METRIC_EXPORT_INTERVAL=20")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	started(t, cmd)
	for n := 0; n < 3; time.Sleep(5 * time.Millisecond) {
		n = len(s.received())
	}
	_ = stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestManySeries(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	run(t, "manySeries", s.sink, "COUNT=2100")
	for _, request := range s.received() {
		if m := byName(request)["example/a counter"]; m != nil {
			overflow := int64(0)
			for _, p := range m.GetSum().DataPoints {
				if attributes(p.Attributes)["otel.metric.overflow"] == true {
					overflow = p.GetAsInt()
				}
			}
			if n := len(m.GetSum().DataPoints); n != 2001 || overflow != 100 {
				t.Errorf("%d series, %d values without one of their own; want 2001 and 100", n, overflow)
			}
			return
		}
	}
	t.Error("no counter")
}

// grpcMetrics is a backend that accepts metrics by gRPC.
type grpcMetrics struct {
	collectormetrics.UnimplementedMetricsServiceServer
	requests chan *collectormetrics.ExportMetricsServiceRequest
}

func (g *grpcMetrics) Export(_ context.Context, request *collectormetrics.ExportMetricsServiceRequest) (*collectormetrics.ExportMetricsServiceResponse, error) {
	g.requests <- request
	return &collectormetrics.ExportMetricsServiceResponse{}, nil
}

func TestMetricsByGRPC(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &grpcMetrics{requests: make(chan *collectormetrics.ExportMetricsServiceRequest, 10)}
	server := grpc.NewServer()
	collectormetrics.RegisterMetricsServiceServer(server, g)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l)
	}()
	defer func() { server.Stop(); <-served }()
	_, stderr := run(t, "everyMetric", nil, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+l.Addr().String(), "OTEL_TRACES_EXPORTER=none")
	if stderr != "" || len(g.requests) != 1 {
		t.Fatalf("%d requests, stderr %s", len(g.requests), stderr)
	}
	if p := byName(<-g.requests)["example/a int.counter"].GetSum().GetDataPoints(); len(p) != 1 || p[0].GetAsInt() != 3 {
		t.Errorf("points %v", p)
	}
}

func TestRuntimeMetrics(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": "go process sdk", "go": "go", "SDK,process": "process sdk", "none": "", "nonsense": "", "go,nonsense": "go",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			s := newMetricSink(t)
			_, stderr := run(t, "everyMetric", s.sink, "WEFT_RUNTIME_METRICS="+value)
			all := byName(s.received()[0])
			var got []string
			for kind, name := range map[string]string{
				"go": "go.goroutine.count", "process": "process.uptime", "sdk": "otel.sdk.exporter.span.inflight",
			} {
				if all["go.weft.dev/sdk/runtimemetrics "+name] != nil {
					got = append(got, kind)
				}
			}
			slices.Sort(got)
			if strings.Join(got, " ") != want || strings.Contains(value, "nonsense") != strings.Contains(stderr, `WEFT_RUNTIME_METRICS: cannot use "nonsense"`) {
				t.Errorf("got %v, want %s; stderr %q", got, want, stderr)
			}
		})
	}
}

// Metrics of the runtime alone are not sent at the end of a short program.
func TestNoMetrics(t *testing.T) {
	t.Parallel()
	for name, variables := range map[string][]string{
		"noMetric":    nil,
		"everyMetric": {"OTEL_METRICS_EXPORTER=none", "OTEL_TRACES_EXPORTER=none"},
		"flushTwice":  {"OTEL_SDK_DISABLED=true"},
	} {
		s := newMetricSink(t)
		if _, stderr := run(t, name, s.sink, variables...); s.tried() > 0 || stderr != "" {
			t.Errorf("%s: %d requests, stderr %q", name, s.tried(), stderr)
		}
	}
}

func TestOnlyObserved(t *testing.T) {
	t.Parallel()
	s := newMetricSink(t)
	run(t, "onlyObserved", s.sink)
	if len(s.received()) != 1 || byName(s.received()[0])["example/a observed"] == nil {
		t.Errorf("requests %v", s.received())
	}
}

func TestMetricsOnConsole(t *testing.T) {
	t.Parallel()
	stdout, stderr := run(t, "everyMetric", nil, "OTEL_METRICS_EXPORTER=console", "OTEL_TRACES_EXPORTER=none", "WEFT_RUNTIME_METRICS=none")
	if n := strings.Count(stdout, "\n"); n != 12 || stderr != "" || !strings.Contains(stdout, `"name":"int.counter"`) || strings.Contains(stdout, "process.") {
		t.Errorf("%d lines, want 12:\n%s%s", n, stdout, stderr)
	}
}

func TestMetricsWithNobodyListening(t *testing.T) {
	t.Parallel()
	began := time.Now()
	stdout, stderr := run(t, "flushTwice", nil, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+refusing(t))
	if stdout != "false true 0\n" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "weft: cannot send metrics to http://127.0.0.1:") {
		t.Errorf("stats %s, stderr %s", stdout, stderr)
	}
	if d := time.Since(began); d > 4*time.Second {
		t.Errorf("the end of the program took %v", d)
	}
}
