package export

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

const endpointVariable, tracesEndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"

func TestEndpoints(t *testing.T) {
	tests := []struct {
		protocol, all, traces, insecure string
		want                            string
	}{
		{"", "", "", "", "http://localhost:4318/v1/traces"},
		{"", "http://c:1", "", "", "http://c:1/v1/traces"},
		{"", "https://c/base/", "", "", "https://c/base/v1/traces"},
		{"", "http://c:1", "http://d:2", "", "http://d:2/"},
		{"", "http://c:1", "http://d:2/as/is", "", "http://d:2/as/is"},
		{"", "http://c:1", "nonsense", "", "http://c:1/v1/traces"},
		{"", "c:1", "", "", "http://localhost:4318/v1/traces"},
		{"", "http://:4318", "", "", "http://localhost:4318/v1/traces"},
		{"nonsense", "http://c:1", "", "", "http://c:1/v1/traces"},
		{"HTTP/JSON", "http://c:1", "", "", "http://c:1/v1/traces"},
		{"grpc", "", "", "", "http://localhost:4317"},
		{"grpc", "http://c:1/path?query", "", "", "http://c:1"},
		{"grpc", "https://c:1", "", "true", "https://c:1"},
		{"grpc", "http://c", "", "", "http://c"},
		{"grpc", "c:1", "", "", "https://c:1"},
		{"grpc", "c:1", "", "true", "http://c:1"},
		{"grpc", "c", "", "TRUE", "http://c:4317"},
		{"grpc", "[::1]", "", "true", "http://[::1]:4317"},
		{"grpc", "[::1]:1", "", "nonsense", "https://[::1]:1"},
		{"grpc", "c:1", "d:2", "true", "http://d:2"},
		{"grpc", "c:1", "ftp://d:2", "true", "http://c:1"},
		{"grpc", "c:1/path", "", "true", "http://localhost:4317"},
		{"grpc", "user:secret@c:1", "", "true", "http://localhost:4317"},
	}
	for _, tt := range tests {
		t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", tt.protocol)
		t.Setenv("OTEL_EXPORTER_OTLP_INSECURE", tt.insecure)
		t.Setenv(endpointVariable, tt.all)
		t.Setenv(tracesEndpointVariable, tt.traces)
		if got := traces.otlpFromEnv().endpoint.String(); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestOTLPFromEnv(t *testing.T) {
	usual := otlpConfig{protocol: "http/protobuf", timeout: 10 * time.Second, headers: http.Header{}}
	set := usual
	set.protocol, set.timeout, set.gzip = "grpc", 7*time.Millisecond, true
	set.tls = tlsFiles{"a", "c", "k"}
	set.headers = http.Header{"A": {"b c"}}
	pairs := [][2]string{
		{"PROTOCOL", "grpc"}, {"TIMEOUT", "7"}, {"COMPRESSION", "gzip"}, {"HEADERS", "a=b%20c"},
		{"CERTIFICATE", "a"}, {"CLIENT_CERTIFICATE", "c"}, {"CLIENT_KEY", "k"},
	}
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_LOGS_"} {
		t.Run(prefix, func(t *testing.T) {
			for _, values := range []struct {
				value func(string) string
				want  otlpConfig
			}{
				{func(v string) string { return v }, set},
				{func(v string) string { return "" }, usual},
			} {
				for _, pair := range pairs {
					t.Setenv(prefix+pair[0], values.value(pair[1]))
				}
				got := logs.otlpFromEnv()
				got.endpoint, got.prefix = nil, ""
				if !reflect.DeepEqual(got, values.want) {
					t.Errorf("%+v, want %+v", got, values.want)
				}
			}
		})
	}
	for _, name := range []string{"PROTOCOL", "TIMEOUT", "COMPRESSION", "HEADERS"} {
		t.Setenv("OTEL_EXPORTER_OTLP_"+name, "nonsense")
	}
	got := logs.otlpFromEnv()
	got.endpoint, got.prefix = nil, ""
	if !reflect.DeepEqual(got, usual) {
		t.Errorf("nonsense: %+v, want %+v", got, usual)
	}
}

func TestHeaders(t *testing.T) {
	tests := []struct {
		value string
		want  http.Header
	}{
		{"a=b,c=d", http.Header{"A": {"b"}, "C": {"d"}}},
		{" a = b , ,", http.Header{"A": {"b"}}},
		{"authorization=Basic%20eDp5==", http.Header{"Authorization": {"Basic eDp5=="}}},
		{"a=", http.Header{"A": {""}}},
		{"a", http.Header{}},
		{"a=%zz,b=%0d%0ax: y,c=ok", http.Header{"C": {"ok"}}},
		{"=b,a b=c,ü=d", http.Header{}},
		{"a=1,A=2", http.Header{"A": {"2"}}},
	}
	for _, tt := range tests {
		t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", tt.value)
		if got := traces.headersFromEnv(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %v, want %v", tt.value, got, tt.want)
		}
	}
}

// FuzzHeaders checks that whatever the variable holds, net/http will send what was
// made of it.
func FuzzHeaders(f *testing.F) {
	f.Add("a=b,c=%20d")
	f.Add("a=%0d%0a,=,\xff=\xff")
	f.Fuzz(func(t *testing.T, value string) {
		if strings.Contains(value, "\x00") {
			return // is in no environment
		}
		t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", value)
		for name, values := range traces.headersFromEnv() {
			if !validHeader(name, values[0]) || len(values) != 1 {
				t.Errorf("%q: %q", name, values)
			}
		}
	})
}
