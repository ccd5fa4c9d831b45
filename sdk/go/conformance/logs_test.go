package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/trace"

	collectorlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"
)

// everyRecord makes log records with all that a record can hold, and an exception.
func everyRecord() {
	span, _ := scopeA.Start(context.Background(), "span", trace.KindServer)
	sc := span.SpanContext()
	if r := log.NewLogger("example/log", "2").Begin(); r != nil {
		r.SetTime(time.Unix(5, 6))
		r.SetSeverity(log.SeverityWarn+1, "notice")
		r.SetBody("grüße")
		r.SetEvent("greeting")
		r.SetTrace(sc.TraceID, sc.SpanID, sc.Flags)
		r.String("string", "x")
		r.Int("int", -1)
		r.Bool("bool", true)
		r.Float("float", 0.5)
		r.Bytes("bytes", []byte{0, 255})
		r.Any("array", []any{1, "a", nil})
		r.OpenGroup("group")
		r.JSON([]byte(`"a":{"b":[{"c":"d"}]}`), nil)
		r.CloseGroup()
		r.String("long", strings.Repeat("ü", 300))
		r.Emit()
	}
	if r := (*log.Logger)(nil).Begin(); r != nil {
		for i := range 200 {
			r.Int(strings.Repeat("k", i+1), int64(i))
		}
		r.Emit()
	}
	span.RecordError(errors.New("broken"))
	span.End()
	lifecycle.Flush()
}

// fullRecord is the first record of everyRecord, but for the time at which it was observed.
func fullRecord(traceID, spanID []byte, long string) *logspb.LogRecord {
	text := func(s string) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
	}
	list := func(key string, value *commonpb.AnyValue) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{
			Values: []*commonpb.KeyValue{{Key: key, Value: value}},
		}}}
	}
	array := func(values ...*commonpb.AnyValue) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: values}}}
	}
	number := func(n int64) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}
	}
	return &logspb.LogRecord{
		TimeUnixNano: 5e9 + 6, SeverityNumber: logspb.SeverityNumber_SEVERITY_NUMBER_WARN2, SeverityText: "notice",
		Body: text("grüße"), EventName: "greeting", TraceId: traceID, SpanId: spanID,
		Flags: trace.FlagSampled | trace.FlagRandom,
		Attributes: []*commonpb.KeyValue{
			{Key: "string", Value: text("x")},
			{Key: "int", Value: number(-1)},
			{Key: "bool", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: true}}},
			{Key: "float", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 0.5}}},
			{Key: "bytes", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: []byte{0, 255}}}},
			{Key: "array", Value: array(number(1), text("a"), &commonpb.AnyValue{})},
			{Key: "group", Value: list("a", list("b", array(list("c", text("d")))))},
			{Key: "long", Value: text(long)},
		},
	}
}

// logSink accepts log records, on any path but that of traces.
type logSink struct {
	*sink
	mu       sync.Mutex
	requests []*collectorlogs.ExportLogsServiceRequest
}

func newLogSink(t *testing.T) *logSink {
	l := &logSink{sink: newSink(t)}
	l.answers(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/v1/traces" {
			return false
		}
		if r.URL.Path != "/v1/logs" {
			t.Errorf("path %s", r.URL.Path)
		}
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		request := &collectorlogs.ExportLogsServiceRequest{}
		if err := proto.Unmarshal(payload, request); err != nil {
			t.Errorf("payload does not decode: %v", err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.requests = append(l.requests, request)
		return true
	})
	return l
}

// byScope returns the records that arrived, by the name of their scope.
func (l *logSink) byScope(t *testing.T) map[string][]*logspb.LogRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	records := map[string][]*logspb.LogRecord{}
	for _, request := range l.requests {
		for _, rl := range request.ResourceLogs {
			if attributes(rl.Resource.Attributes)["service.name"] == nil {
				t.Error("a resource without a service")
			}
			for _, sl := range rl.ScopeLogs {
				records[sl.Scope.Name] = append(records[sl.Scope.Name], sl.LogRecords...)
			}
		}
	}
	return records
}

func TestLogRecords(t *testing.T) {
	t.Parallel()
	s := newLogSink(t)
	started := time.Now()
	run(t, "everyRecord", s.sink, "OTEL_LOGS_EXPORTER=otlp", "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN=logs",
		"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT=100")
	span := s.spans()[0]
	if len(span.Events) > 0 {
		t.Errorf("the exception is an event of the span too: %v", span.Events)
	}
	records := s.byScope(t)
	if len(records) != 3 {
		t.Fatalf("scopes: %v", records)
	}

	full := records["example/log"][0]
	if observed := time.Unix(0, int64(full.ObservedTimeUnixNano)); observed.Before(started) || observed.After(time.Now()) {
		t.Errorf("observed at %v", observed)
	}
	full.ObservedTimeUnixNano = 0
	if want := fullRecord(span.TraceId, span.SpanId, strings.Repeat("ü", 100)); !proto.Equal(full, want) {
		t.Errorf("got  %v\nwant %v", full, want)
	}

	if many := records["go.weft.dev/sdk"][0]; len(many.Attributes) != 128 || many.DroppedAttributesCount != 72 || many.TraceId != nil {
		t.Errorf("%d attributes, %d dropped, trace %x", len(many.Attributes), many.DroppedAttributesCount, many.TraceId)
	}

	exception := records["example/a"][0]
	if exception.EventName != "exception" || exception.SeverityNumber != logspb.SeverityNumber_SEVERITY_NUMBER_ERROR ||
		string(exception.SpanId) != string(span.SpanId) {
		t.Errorf("got %v", exception)
	}
	if got := attributes(exception.Attributes); got["exception.type"] != "*errors.errorString" || got["exception.message"] != "broken" {
		t.Errorf("got %v", got)
	}
}

// The variable chooses the signal of exceptions; without an exporter of logs they stay
// with the span.
func TestExceptionSignal(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		exporter, signal string
		events, records  int
	}{
		{"otlp", "", 1, 0}, {"otlp", "logs", 0, 1}, {"otlp", "logs/dup", 1, 1}, {"otlp", "nonsense", 1, 0},
		{"none", "logs", 1, 0}, {"", "logs", 1, 0},
	} {
		s := newLogSink(t)
		run(t, "everyRecord", s.sink, "OTEL_LOGS_EXPORTER="+test.exporter, "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN="+test.signal)
		events, records := len(s.spans()[0].Events), len(s.byScope(t)["example/a"])
		if events != test.events || records != test.records {
			t.Errorf("%+v: %d events and %d records", test, events, records)
		}
	}
}
