//go:build backends

package conformance

import (
	"fmt"
	"math"
	"strings"
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

const schemaURL = "https://opentelemetry.io/schemas/1.44.0"

// kv returns a KeyValue with a value of a Go type.
func kv(key string, value any) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: anyValue(value)}
}

func anyValue(value any) *commonpb.AnyValue {
	switch v := value.(type) {
	case string:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: v}}
	case int:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: int64(v)}}
	case bool:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: v}}
	case float64:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: v}}
	case []byte:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: v}}
	case []any:
		list := &commonpb.ArrayValue{}
		for _, e := range v {
			list.Values = append(list.Values, anyValue(e))
		}
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: list}}
	case []*commonpb.KeyValue:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: v}}}
	case nil:
		return &commonpb.AnyValue{}
	default:
		panic("no such attribute value")
	}
}

// equal compares two messages, all their fields.
func equal(t *testing.T, what string, got, want proto.Message) {
	t.Helper()
	if !proto.Equal(got, want) {
		t.Errorf("%s is\n%s, want\n%s", what, prototext.Format(got), prototext.Format(want))
	}
}

func serviceName(r *resourcepb.Resource) string {
	name, _ := attributes(r.GetAttributes())["service.name"].(string)
	return name
}

// tracesOf returns the ResourceSpans that a service sent.
func tracesOf(t *testing.T, c *collector, service string) []*tracepb.ResourceSpans {
	t.Helper()
	var found []*tracepb.ResourceSpans
	for _, data := range received[*tracepb.TracesData](t, c, "traces") {
		for _, rs := range data.ResourceSpans {
			if serviceName(rs.Resource) == service {
				found = append(found, rs)
			}
		}
	}
	return found
}

// onlyTraces is tracesOf for a service that made a single request.
func onlyTraces(t *testing.T, c *collector, service string) *tracepb.ResourceSpans {
	t.Helper()
	found := tracesOf(t, c, service)
	if len(found) != 1 {
		t.Fatalf("%d ResourceSpans of %s, want 1", len(found), service)
	}
	return found[0]
}

// spanNames returns the names of the spans that a service sent, in order.
func spanNames(t *testing.T, c *collector, service string) []string {
	t.Helper()
	var names []string
	for _, rs := range tracesOf(t, c, service) {
		for _, ss := range rs.ScopeSpans {
			for _, span := range ss.Spans {
				names = append(names, span.Name)
			}
		}
	}
	return names
}

// checkEverySpan compares what the Collector received of the program "everySpan"
// with what the program made: everything but ids and times field by field, and
// these by how they belong together.
func checkEverySpan(t *testing.T, c *collector, tr transport) {
	service := t.Name()
	runWith(t, "everySpan", tr, service, "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=te%20st,service.version=7")
	rs := onlyTraces(t, c, service)
	checkResource(t, rs.Resource, map[string]any{
		"service.name": service, "service.version": "7", "deployment.environment.name": "te st",
	})
	if rs.SchemaUrl != schemaURL {
		t.Errorf("schema of the resource is %q", rs.SchemaUrl)
	}
	scopes := map[string]string{}
	spans := map[string]*tracepb.Span{}
	for _, ss := range rs.ScopeSpans {
		if ss.SchemaUrl != schemaURL {
			t.Errorf("schema of scope %v is %q", ss.Scope, ss.SchemaUrl)
		}
		for _, span := range ss.Spans {
			scopes[span.Name] = ss.Scope.GetName() + " " + ss.Scope.GetVersion()
			spans[span.Name] = span
		}
	}
	server := spans["GET /renamed"]
	if server == nil || len(spans) != 5 {
		t.Fatalf("spans %v, want 5 with GET /renamed", scopes)
	}
	if string(server.ParentSpanId) != string(remoteParent.SpanID[:]) {
		t.Errorf("parent of the server span is %x", server.ParentSpanId)
	}
	ids := map[string]bool{}
	for name, span := range spans {
		if string(span.TraceId) != string(remoteParent.TraceID[:]) || len(span.SpanId) != 8 {
			t.Errorf("%s has trace id %x and id %x", name, span.TraceId, span.SpanId)
		}
		ids[string(span.SpanId)] = true
		if name != server.Name && string(span.ParentSpanId) != string(server.SpanId) {
			t.Errorf("parent of %s is %x", name, span.ParentSpanId)
		}
		if span.StartTimeUnixNano < server.StartTimeUnixNano || span.EndTimeUnixNano < span.StartTimeUnixNano ||
			span.EndTimeUnixNano > server.EndTimeUnixNano {
			t.Errorf("%s is not within the server span", name)
		}
		last := span.StartTimeUnixNano
		for _, event := range span.Events {
			if event.TimeUnixNano < last || event.TimeUnixNano > span.EndTimeUnixNano {
				t.Errorf("event %s of %s is out of order", event.Name, name)
			}
			last = event.TimeUnixNano
		}
	}
	if len(ids) != len(spans) {
		t.Error("two spans have the same id")
	}
	for _, want := range everySpanWanted(server.SpanId) {
		got := spans[want.span.Name]
		if got == nil {
			t.Errorf("no span %s", want.span.Name)
			continue
		}
		if scopes[got.Name] != want.scope {
			t.Errorf("scope of %s is %q, want %q", got.Name, scopes[got.Name], want.scope)
		}
		got = proto.Clone(got).(*tracepb.Span)
		got.TraceId, got.SpanId, got.ParentSpanId, got.StartTimeUnixNano, got.EndTimeUnixNano = nil, nil, nil, 0, 0
		for _, event := range got.Events {
			event.TimeUnixNano = 0
		}
		equal(t, got.Name, got, want.span)
	}
}

type wantedSpan struct {
	scope string
	span  *tracepb.Span
}

// Flags of the protocol: those of the trace, and what is known of the parent.
const (
	sampledRandom = uint32(0x003)
	localParent   = uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK)
	farParent     = localParent | uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK)
)

func everySpanWanted(serverID []byte) []wantedSpan {
	ofTrace := func(s *tracepb.Span) *tracepb.Span {
		s.TraceState = remoteParent.State
		if s.Flags == 0 {
			s.Flags = sampledRandom | localParent
		}
		if s.Status == nil {
			s.Status = &tracepb.Status{} // the Collector writes an empty one
		}
		return s
	}
	const a, b, own = "example/a 1.2.3", "example/b ", "go.weft.dev/sdk 0.1.0"
	return []wantedSpan{
		{a, ofTrace(&tracepb.Span{Name: "GET /renamed", Kind: tracepb.Span_SPAN_KIND_SERVER, Flags: sampledRandom | farParent})},
		{a, ofTrace(&tracepb.Span{Name: "producer", Kind: tracepb.Span_SPAN_KIND_PRODUCER})},
		{a, ofTrace(&tracepb.Span{
			Name: "consumer", Kind: tracepb.Span_SPAN_KIND_CONSUMER,
			Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_OK},
		})},
		{own, ofTrace(&tracepb.Span{Name: "internal", Kind: tracepb.Span_SPAN_KIND_INTERNAL})},
		{b, ofTrace(&tracepb.Span{
			Name: "client", Kind: tracepb.Span_SPAN_KIND_CLIENT,
			Attributes: []*commonpb.KeyValue{
				kv("string", "grüße, 世界"), kv("empty", ""),
				kv("least", math.MinInt64), kv("most", math.MaxInt64), kv("zero", 0),
				kv("yes", true), kv("no", false), kv("float", -0.1), kv("infinite", math.Inf(1)),
				kv("strings", []any{"a", "", "ü"}), kv("none", []any{}), kv("twice", 2),
				kv("bytes", []byte{0, 0xff}), kv("ints", []any{-1, 0, 1}), kv("bools", []any{false, true}),
				kv("floats", []any{0.0, 0.5}), kv("nil", nil),
				kv("mixed", []any{"a", 0, 0.5, true, nil, []byte("b"), []any{"c"}}),
				kv("map", []*commonpb.KeyValue{kv("k", 1), kv("inner", []*commonpb.KeyValue{kv("", "")})}),
			},
			Events: []*tracepb.Span_Event{
				{Name: "bare"},
				{Name: "event", Attributes: []*commonpb.KeyValue{
					kv("s", "x"), kv("i", -1), kv("f", 0.5), kv("b", true), kv("l", []any{"y"}),
				}},
			},
			Links: []*tracepb.Span_Link{
				{
					TraceId: remoteParent.TraceID[:], SpanId: remoteParent.SpanID[:], TraceState: remoteParent.State,
					Flags: sampledRandom | farParent, Attributes: []*commonpb.KeyValue{kv("why", "because")},
				},
				{
					TraceId: remoteParent.TraceID[:], SpanId: serverID, TraceState: remoteParent.State,
					Flags: sampledRandom | localParent,
				},
			},
			Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: "it broke"},
		})},
	}
}

// checkResource compares some attributes, and checks that those which tell
// processes and runtimes apart are there.
func checkResource(t *testing.T, r *resourcepb.Resource, want map[string]any) {
	t.Helper()
	got := attributes(r.GetAttributes())
	if len(got) != len(r.GetAttributes()) {
		t.Error("an attribute of the resource is there twice")
	}
	want["telemetry.sdk.language"] = "go"
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s of the resource is %v, want %v", key, got[key], value)
		}
	}
	for _, key := range []string{"telemetry.sdk.name", "telemetry.sdk.version", "process.pid", "host.name"} {
		if got[key] == nil {
			t.Errorf("the resource has no %s: %v", key, got)
		}
	}
}

// checkDroppedCounts compares spans that have more than the limits allow.
func checkDroppedCounts(t *testing.T, c *collector) {
	service := t.Name()
	runWith(t, "everySpan", c.transports()[0], service,
		"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=2", "OTEL_SPAN_EVENT_COUNT_LIMIT=1", "OTEL_SPAN_LINK_COUNT_LIMIT=1",
		"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT=3", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT=0", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT=3")
	for _, ss := range onlyTraces(t, c, service).ScopeSpans {
		for _, got := range ss.Spans {
			if got.Name != "client" {
				continue
			}
			// "twice" was set twice, which is one attribute over the limit each time.
			if len(got.Attributes) != 2 || got.DroppedAttributesCount != 18 || len(got.Events) != 1 || got.DroppedEventsCount != 1 ||
				len(got.Links) != 1 || got.DroppedLinksCount != 1 || got.Links[0].DroppedAttributesCount != 1 {
				t.Errorf("client %s", prototext.Format(got))
			}
			if first := plain(got.Attributes[0].Value); first != "grü" {
				t.Errorf("a value cut to 3 characters is %q", first)
			}
			return
		}
	}
	t.Error("no span client")
}

// checkBulk sends more than the four megabytes that a server of gRPC takes at once: by
// many spans, which must be spread over several messages, and by a single one, which
// is lost but must not hold up the next.
func checkBulk(t *testing.T, c *collector) {
	for _, tt := range []struct {
		count, size, arrived int
		stats, stderr        string
	}{
		{1000, 10_000, 1001, "{Queued:0 Exported:1001 Dropped:0 Failed:0}\n", ""},
		{1, 5_000_000, 1, "{Queued:0 Exported:1 Dropped:0 Failed:1}\n", "RESOURCE_EXHAUSTED"},
	} {
		service := fmt.Sprintf("%s of %d", t.Name(), tt.size)
		stdout, stderr := run(t, "bulky", nil, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+c.plain.grpc,
			"OTEL_SERVICE_NAME="+service, fmt.Sprint("COUNT=", tt.count), fmt.Sprint("SIZE=", tt.size))
		if stdout != tt.stats || !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
			t.Errorf("%d spans of %d bytes: stdout %q, stderr %q", tt.count, tt.size, stdout, stderr)
		}
		if got := len(spanNames(t, c, service)); got != tt.arrived {
			t.Errorf("%d spans of %d bytes: %d arrived, want %d", tt.count, tt.size, got, tt.arrived)
		}
	}
}
