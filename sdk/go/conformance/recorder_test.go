package conformance

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collectorlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// recorder is a backend of all signals, by all protocols of OTLP on one port.
type recorder struct {
	*httptest.Server

	mu       sync.Mutex
	requests []recorded
}

// recorded is a request that a recorder accepted.
type recorded struct {
	path     string
	header   http.Header
	protocol string // as in OTEL_EXPORTER_OTLP_PROTOCOL
	traces   *collectortrace.ExportTraceServiceRequest
	metrics  *collectormetrics.ExportMetricsServiceRequest
	logs     *collectorlogs.ExportLogsServiceRequest
}

func newRecorder(t *testing.T) *recorder {
	r := newUnstartedRecorder(t)
	r.Start()
	return r
}

func newUnstartedRecorder(t *testing.T) *recorder {
	r := &recorder{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.accept(t, w, request)
	}))
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	r.Config.Protocols = &protocols
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) accept(t *testing.T, w http.ResponseWriter, request *http.Request) {
	payload, err := io.ReadAll(request.Body)
	if err != nil {
		return // who broke off is told by what is missing
	}
	got := recorded{path: request.URL.Path, header: request.Header, protocol: "http/protobuf"}
	switch request.Header.Get("Content-Type") {
	case "application/json":
		got.protocol = "http/json"
	case "application/grpc", "application/grpc+proto":
		got.protocol = "grpc"
		if len(payload) < 5 {
			t.Errorf("a gRPC message of %d bytes", len(payload))
			return
		}
		if payload[0] == 1 {
			got.header.Set("Content-Encoding", got.header.Get("Grpc-Encoding"))
		}
		payload = payload[5:]
	}
	if got.header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(payload))
		if err != nil {
			t.Error(err)
			return
		}
		if payload, err = io.ReadAll(z); err != nil {
			t.Error(err)
		}
	}
	var message proto.Message
	switch path := strings.ToLower(got.path); {
	case strings.Contains(path, "metrics"):
		got.metrics = &collectormetrics.ExportMetricsServiceRequest{}
		message = got.metrics
	case strings.Contains(path, "logs"):
		got.logs = &collectorlogs.ExportLogsServiceRequest{}
		message = got.logs
	default:
		got.traces = &collectortrace.ExportTraceServiceRequest{}
		message = got.traces
	}
	unmarshal := proto.Unmarshal
	if got.protocol == "http/json" {
		unmarshal = protojson.Unmarshal
	}
	if err := unmarshal(payload, message); err != nil {
		t.Errorf("%s: payload does not decode: %v", got.path, err)
	}
	r.mu.Lock()
	r.requests = append(r.requests, got)
	r.mu.Unlock()
	w.Header().Set("Content-Type", request.Header.Get("Content-Type"))
	if got.protocol == "grpc" {
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
		_, _ = w.Write(make([]byte, 5))
	}
}

// spans returns the spans with a name.
func (o *outcome) spans(name string) []*tracepb.Span {
	var spans []*tracepb.Span
	for _, r := range o.requests {
		for _, rs := range r.traces.GetResourceSpans() {
			for _, ss := range rs.ScopeSpans {
				for _, span := range ss.Spans {
					if span.Name == name {
						spans = append(spans, span)
					}
				}
			}
		}
	}
	return spans
}

func (o *outcome) records() []*logspb.LogRecord {
	var records []*logspb.LogRecord
	for _, r := range o.requests {
		for _, rl := range r.logs.GetResourceLogs() {
			for _, sl := range rl.ScopeLogs {
				records = append(records, sl.LogRecords...)
			}
		}
	}
	return records
}

// metric returns a metric by its name, nil when there is none.
func (o *outcome) metric(name string) *metricspb.Metric {
	for _, r := range o.requests {
		for _, rm := range r.metrics.GetResourceMetrics() {
			for _, sm := range rm.ScopeMetrics {
				for _, m := range sm.Metrics {
					if m.Name == name {
						return m
					}
				}
			}
		}
	}
	return nil
}

// resource returns the attributes of the resource of the first spans.
func (o *outcome) resource() map[string]any {
	var r *resourcepb.Resource
	for _, request := range o.requests {
		if request.traces != nil {
			r = request.traces.ResourceSpans[0].Resource
			break
		}
	}
	return attributes(r.GetAttributes())
}

// paths returns to where requests went, without repetition.
func (o *outcome) paths() string {
	var paths []string
	for _, r := range o.requests {
		paths = append(paths, r.path)
	}
	slices.Sort(paths)
	return strings.Join(slices.Compact(paths), " ")
}
