package conformance

import (
	"fmt"
	"slices"
)

// exported has one signal sent, and no other.
type exported struct {
	prefix  string // of the variables for it
	program string
	with    []string
	path    string // by HTTP
	method  string // by gRPC
}

const services = "/opentelemetry.proto.collector."

// signals are how each signal is sent. The variables for all of them show in traces.
var signals = []exported{
	{"OTEL_EXPORTER_OTLP_", "environment", nil, "/v1/traces", services + "trace.v1.TraceService/Export"},
	{"OTEL_EXPORTER_OTLP_TRACES_", "environment", nil, "/v1/traces", services + "trace.v1.TraceService/Export"},
	{"OTEL_EXPORTER_OTLP_METRICS_", "measuring", []string{"OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=otlp"},
		"/v1/metrics", services + "metrics.v1.MetricsService/Export"},
	{"OTEL_EXPORTER_OTLP_LOGS_", "environment", []string{"OTEL_TRACES_EXPORTER=none", "OTEL_LOGS_EXPORTER=otlp"},
		"/v1/logs", services + "logs.v1.LogsService/Export"},
}

// first returns the effect that the first request shows.
func first(f func(recorded) string) func(*outcome) string {
	return func(o *outcome) string {
		if len(o.requests) == 0 {
			return "nothing"
		}
		return f(o.requests[0])
	}
}

// exporting has the variables of OTLP, each for all signals and for one alone.
func exporting() []variable {
	protocol := first(func(r recorded) string { return r.protocol + " " + r.path })
	compression := first(func(r recorded) string { return r.header.Get("Content-Encoding") })
	header := first(func(r recorded) string { return r.header.Get("X-Key") + r.header.Get("X-Other") })
	delivered := first(func(recorded) string { return "delivered" })
	const grpc = "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"
	var all []variable
	for _, s := range signals {
		add := func(name string, effect func(*outcome) string, values []value, with ...string) {
			all = append(all, variable{name: s.prefix + name, program: s.program, with: slices.Concat(s.with, with), effect: effect, values: values})
		}
		add("PROTOCOL", protocol, []value{
			{"", "http/protobuf " + s.path, ""}, {"http/protobuf", "http/protobuf " + s.path, ""}, {"HTTP/JSON", "http/json " + s.path, ""},
			{"grpc", "grpc " + s.method, ""},
			{"carrier-pigeon", "http/protobuf " + s.path, `cannot use "carrier-pigeon", using http/protobuf`},
		})
		add("COMPRESSION", compression, []value{
			{"", "", ""}, {"none", "", ""}, {"GZIP", "gzip", ""}, {"brotli", "", `cannot use "brotli", using none`},
		})
		add("COMPRESSION", compression, []value{{"", "", ""}, {"gzip", "gzip", ""}}, grpc)
		add("HEADERS", header, []value{
			{"", "", ""}, {"x-key=a%20b, x-other = c", "a bc", ""}, {"x-key=a,nonsense", "a", "not of the form key=value"},
			{"x-key=%zz", "", "not of the form key=value"}, {"x key=b", "", "not of the form key=value"},
		})
		add("HEADERS", header, []value{{"x-key=a%20b", "a b", ""}}, grpc)
		add("TIMEOUT", delivered, []value{
			{"", "delivered", ""}, {"0", "delivered", ""}, {"20000", "delivered", ""},
			{"soon", "delivered", `cannot use "soon", using 10000`}, {"-1", "delivered", `cannot use "-1", using 10000`},
		})
		add("TIMEOUT", gaveUp, []value{{"1", "gave up in time", ""}}, "OTEL_EXPORTER_OTLP_ENDPOINT=DEAD")
		all[len(all)-1].noisy = true
		add("INSECURE", delivered, []value{{"true", "delivered", ""}, {"TRUE", "delivered", ""}}, grpc, "OTEL_EXPORTER_OTLP_ENDPOINT=HOST")
		add("INSECURE", delivered, []value{{"", "nothing", ""}, {"false", "nothing", ""}, {"yes", "nothing", ""}},
			grpc, "OTEL_EXPORTER_OTLP_ENDPOINT=HOST", "OTEL_LOG_LEVEL=none")
		if s.prefix == "OTEL_EXPORTER_OTLP_" {
			add("ENDPOINT", (*outcome).paths, []value{
				{"BACKEND", s.path, ""}, {"BACKEND/base", "/base" + s.path, ""}, {"BACKEND/base/", "/base" + s.path, ""},
			})
			add("ENDPOINT", (*outcome).paths, []value{{"BACKEND/b", "/b/v1/logs /b/v1/metrics /b/v1/traces", ""}},
				"OTEL_LOGS_EXPORTER=otlp", "OTEL_METRICS_EXPORTER=otlp")
			add("ENDPOINT", (*outcome).paths, []value{{"", "/own", ""}, {"DEAD", "/own", ""}}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=BACKEND/own")
			continue
		}
		add("ENDPOINT", (*outcome).paths, []value{
			{"", s.path, ""}, {"BACKEND/own" + s.path, "/own" + s.path, ""},
			{"ftp://x", s.path, "is not a http or https URL"}, {"localhost:4318", s.path, "is not a http or https URL"},
		})
		if s.path == "/v1/traces" { // for what this backend takes requests without a path
			add("ENDPOINT", (*outcome).paths, []value{{"BACKEND", "/", ""}})
		}
		add("ENDPOINT", delivered, []value{
			{"", "delivered", ""}, {"BACKEND", "delivered", ""}, {"ftp://x", "delivered", "is not a http or https URL"},
		}, grpc)
	}
	return append(all,
		variable{name: "OTEL_EXPORTER_ZIPKIN_ENDPOINT", effect: sent, values: []value{{"", "64 roots", ""}, {"http://zipkin", "64 roots", ""}}},
		variable{name: "OTEL_EXPORTER_ZIPKIN_TIMEOUT", effect: sent, values: []value{{"", "64 roots", ""}, {"5", "64 roots", ""}}},
	)
}

func logging() []variable {
	exceptions := func(o *outcome) string {
		return fmt.Sprintf("%d events, %d records", len(o.spans("failing")[0].Events), len(o.records())-1)
	}
	return []variable{
		{name: "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", with: []string{"OTEL_LOGS_EXPORTER=otlp"}, effect: exceptions, values: []value{
			{"", "1 events, 0 records", ""}, {"logs", "0 events, 1 records", ""}, {"Logs/Dup", "1 events, 1 records", ""},
			{"x", "1 events, 0 records", `cannot use "x", using span events`},
		}},
		{name: "OTEL_LOGS_EXPORTER", effect: func(o *outcome) string { return fmt.Sprintf("%d sent", len(o.records())) }, values: []value{
			{"", "0 sent", ""}, {"otlp", "1 sent", ""}, {"OTLP", "1 sent", ""}, {"none", "0 sent", ""}, {"console", "0 sent", ""},
			{"otlp,console", "1 sent", ""}, {"syslog", "0 sent", `cannot use "syslog"`},
		}},
	}
}
