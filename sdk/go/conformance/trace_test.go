package conformance

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

func TestEverythingDecodes(t *testing.T) {
	for _, variables := range [][]string{nil, {"OTEL_EXPORTER_OTLP_COMPRESSION=gzip"}} {
		t.Run(strings.Join(variables, " "), func(t *testing.T) {
			s := newSink(t)
			_, stderr := run(t, "full", s, append(variables,
				"OTEL_SERVICE_NAME=shop", "OTEL_RESOURCE_ATTRIBUTES=service.name=no,team=a%2Cb",
				"OTEL_EXPORTER_OTLP_HEADERS=x-key=a%20b")...)
			if stderr != "" {
				t.Errorf("stderr: %s", stderr)
			}
			checkFull(t, s)
		})
	}
}

func checkFull(t *testing.T, s *sink) {
	t.Helper()
	if len(s.requests) != 1 || len(s.requests[0].ResourceSpans) != 1 {
		t.Fatalf("%d requests, want 1 with 1 resource", len(s.requests))
	}
	if s.paths[0] != "/v1/traces" || s.headers[0].Get("X-Key") != "a b" || s.headers[0].Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("request to %s with %v", s.paths[0], s.headers[0])
	}
	checkFullSpans(t, s)
}

func checkFullSpans(t *testing.T, s *sink) {
	t.Helper()
	if len(s.requests) != 1 || len(s.requests[0].ResourceSpans) != 1 {
		t.Fatalf("%d requests, want 1 with 1 resource", len(s.requests))
	}
	rs := s.requests[0].ResourceSpans[0]
	resource := attributes(rs.Resource.Attributes)
	if resource["service.name"] != "shop" || resource["team"] != "a,b" || resource["telemetry.sdk.language"] != "go" {
		t.Errorf("resource %v", resource)
	}
	if _, ok := resource["process.pid"].(int64); !ok {
		t.Errorf("process.pid is %T", resource["process.pid"])
	}
	byName := map[string]*tracepb.Span{}
	scopes := map[string]string{}
	for _, ss := range rs.ScopeSpans {
		for _, span := range ss.Spans {
			byName[span.Name] = span
			scopes[span.Name] = ss.Scope.Name + " " + ss.Scope.Version
		}
	}
	if want := map[string]string{"server": "example/a 1.2.3", "client": "example/b ", "producer": "go.weft.dev/sdk 0.1.0"}; !reflect.DeepEqual(scopes, want) {
		t.Errorf("scopes %v, want %v", scopes, want)
	}
	server, client := byName["server"], byName["client"]
	if server == nil || client == nil {
		t.Fatalf("spans %v", byName)
	}
	if hex.EncodeToString(server.ParentSpanId) != "0200000000000000" || server.TraceState != "vendor=x" ||
		server.Kind != tracepb.Span_SPAN_KIND_SERVER || server.Flags != 0x301 || server.Status.GetCode() != tracepb.Status_STATUS_CODE_OK {
		t.Errorf("server %v", server)
	}
	if string(client.ParentSpanId) != string(server.SpanId) || client.Flags != 0x101 || client.TraceState != "vendor=x" ||
		client.Status.GetMessage() != "it broke" || client.Status.GetCode() != tracepb.Status_STATUS_CODE_ERROR {
		t.Errorf("client %v", client)
	}
	if client.StartTimeUnixNano < server.StartTimeUnixNano || client.EndTimeUnixNano > server.EndTimeUnixNano ||
		client.EndTimeUnixNano < client.StartTimeUnixNano {
		t.Error("the client span is not within the server span")
	}
	want := map[string]any{
		"string": "grüße", "invalid": "a\uFFFDb", "empty": "", "int": int64(-42), "bool": true, "no": false,
		"float": 2.5, "strings": []any{"a", "", "b\uFFFD"}, "none": []any(nil), "long": string(make([]byte, 300)),
	}
	if got := attributes(client.Attributes); !reflect.DeepEqual(got, want) {
		t.Errorf("attributes %v, want %v", got, want)
	}
	if len(client.Events) != 2 || client.Events[0].Name != "exception" ||
		attributes(client.Events[0].Attributes)["exception.message"] != "broken" ||
		attributes(client.Events[0].Attributes)["exception.type"] != "*errors.errorString" ||
		client.Events[0].TimeUnixNano < client.StartTimeUnixNano || client.Events[0].TimeUnixNano > client.EndTimeUnixNano {
		t.Errorf("events %v", client.Events)
	}
	if got, want := attributes(client.Events[1].Attributes), (map[string]any{"n": int64(1), "f": 0.5, "b": true, "l": []any{"x"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("event attributes %v, want %v", got, want)
	}
	values := map[string]any{
		"ints": []any{int64(1), int64(-2)}, "floats": []any{0.5}, "bools": []any{true, false}, "bytes": []byte{0, 255},
		"nothing": nil, "odd": nil, "text": "x", "list": []any{"a\uFFFD", int64(1), nil},
		"map": map[string]any{"in": map[string]any{"k": "v"}},
	}
	if got := attributes(byName["producer"].Events[0].Attributes); !reflect.DeepEqual(got, values) {
		t.Errorf("values %v, want %v", got, values)
	}
	if len(client.Links) != 1 || client.Links[0].TraceState != "vendor=x" || client.Links[0].Flags != 0x301 ||
		attributes(client.Links[0].Attributes)["why"] != "because" {
		t.Errorf("links %v", client.Links)
	}
}

func TestBatches(t *testing.T) {
	s := newSink(t)
	stdout, _ := run(t, "many", s, "COUNT=1100", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=300")
	if got := len(s.spans()); got != 1100 {
		t.Errorf("%d spans, want 1100", got)
	}
	for _, request := range s.requests {
		n := 0
		for _, ss := range request.ResourceSpans[0].ScopeSpans {
			n += len(ss.Spans)
		}
		if n > 300 {
			t.Errorf("a request of %d spans, want at most 300", n)
		}
	}
	if want := "{Queued:0 Exported:1100 Dropped:0 Failed:0}\n"; !strings.HasSuffix(stdout, want) {
		t.Errorf("stats %s, want %s", stdout, want)
	}
	ids := map[string]bool{}
	for _, span := range s.spans() {
		ids[string(span.SpanId)] = true
	}
	if len(ids) != 1100 {
		t.Errorf("%d span ids, want 1100", len(ids))
	}
}

func TestConsole(t *testing.T) {
	stdout, stderr := run(t, "full", nil, "OTEL_TRACES_EXPORTER=console")
	if n := strings.Count(stdout, "\n"); n != 3 || stderr != "" {
		t.Errorf("%d lines, want 3:\n%s%s", n, stdout, stderr)
	}
	if !strings.Contains(stdout, `"name":"client","kind":"client","traceId":"01000000000000000000000000000000"`) {
		t.Error(stdout)
	}
}

func TestNothingIsSent(t *testing.T) {
	for _, variable := range []string{"OTEL_TRACES_EXPORTER=none", "OTEL_SDK_DISABLED=true", "OTEL_TRACES_SAMPLER=always_off"} {
		t.Run(variable, func(t *testing.T) {
			s := newSink(t)
			_, stderr := run(t, "full", s, variable)
			if len(s.requests) != 0 || stderr != "" {
				t.Errorf("%d requests, stderr %q", len(s.requests), stderr)
			}
		})
	}
}
