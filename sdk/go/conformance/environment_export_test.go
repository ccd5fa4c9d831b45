package conformance

import (
	"fmt"
)

// exporting has the variables of OTLP, each for all signals and for traces alone.
func exporting() []variable {
	first := func(f func(recorded) string) func(*outcome) string {
		return func(o *outcome) string {
			if len(o.requests) == 0 {
				return "nothing"
			}
			return f(o.requests[0])
		}
	}
	protocol := first(func(r recorded) string { return r.protocol })
	compression := first(func(r recorded) string { return r.header.Get("Content-Encoding") })
	header := first(func(r recorded) string { return r.header.Get("X-Key") + r.header.Get("X-Other") })
	var all []variable
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		all = append(all,
			variable{name: prefix + "PROTOCOL", effect: protocol, values: []value{
				{"", "http/protobuf", ""}, {"http/protobuf", "http/protobuf", ""}, {"HTTP/JSON", "http/json", ""}, {"grpc", "grpc", ""},
				{"carrier-pigeon", "http/protobuf", `cannot use "carrier-pigeon", using http/protobuf`},
			}},
			variable{name: prefix + "COMPRESSION", effect: compression, values: []value{
				{"", "", ""}, {"none", "", ""}, {"GZIP", "gzip", ""}, {"brotli", "", `cannot use "brotli", using none`},
			}},
			variable{name: prefix + "COMPRESSION", with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, effect: compression, values: []value{
				{"", "", ""}, {"gzip", "gzip", ""},
			}},
			variable{name: prefix + "HEADERS", effect: header, values: []value{
				{"", "", ""}, {"x-key=a%20b, x-other = c", "a bc", ""}, {"x-key=a,nonsense", "a", "not of the form key=value"},
				{"x-key=%zz", "", "not of the form key=value"}, {"x key=b", "", "not of the form key=value"},
			}},
			variable{name: prefix + "HEADERS", with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, effect: header, values: []value{
				{"x-key=a%20b", "a b", ""},
			}},
			variable{name: prefix + "TIMEOUT", effect: sent, values: []value{
				{"", "200 roots", ""}, {"0", "200 roots", ""}, {"20000", "200 roots", ""}, {"soon", "200 roots", `cannot use "soon", using 10000`},
				{"-1", "200 roots", `cannot use "-1", using 10000`},
			}},
			variable{name: prefix + "TIMEOUT", with: []string{"OTEL_EXPORTER_OTLP_ENDPOINT=DEAD"}, effect: gaveUp, noisy: true,
				values: []value{{"1", "gave up in time", ""}}},
		)
	}
	return append(all,
		variable{name: "OTEL_EXPORTER_OTLP_ENDPOINT", effect: (*outcome).paths, values: []value{
			{"BACKEND", "/v1/traces", ""}, {"BACKEND/base", "/base/v1/traces", ""}, {"BACKEND/base/", "/base/v1/traces", ""},
		}},
		variable{name: "OTEL_EXPORTER_OTLP_ENDPOINT", with: []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=BACKEND/own"}, effect: (*outcome).paths,
			values: []value{{"", "/own", ""}, {"DEAD", "/own", ""}}},
		variable{name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", effect: (*outcome).paths, values: []value{
			{"", "/v1/traces", ""}, {"BACKEND", "/", ""}, {"BACKEND/v1/own", "/v1/own", ""}, {"ftp://x", "/v1/traces", "is not a http or https URL"},
			{"localhost:4318", "/v1/traces", "is not a http or https URL"},
		}},
		variable{name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, effect: protocol, values: []value{
			{"", "grpc", ""}, {"BACKEND", "grpc", ""}, {"ftp://x", "grpc", "is not a http or https URL"},
		}},
		variable{name: "OTEL_EXPORTER_OTLP_INSECURE", effect: protocol,
			with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=HOST"}, values: []value{{"true", "grpc", ""}, {"TRUE", "grpc", ""}}},
		variable{name: "OTEL_EXPORTER_OTLP_TRACES_INSECURE", effect: protocol,
			with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=HOST"}, values: []value{{"true", "grpc", ""}}},
		variable{name: "OTEL_EXPORTER_OTLP_INSECURE", effect: protocol,
			with: []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=HOST", "OTEL_LOG_LEVEL=none"}, values: []value{
				{"", "nothing", ""}, {"false", "nothing", ""}, {"yes", "nothing", ""},
			}},
		variable{name: "OTEL_EXPORTER_ZIPKIN_ENDPOINT", effect: sent, values: []value{{"", "200 roots", ""}, {"http://zipkin", "200 roots", ""}}},
		variable{name: "OTEL_EXPORTER_ZIPKIN_TIMEOUT", effect: sent, values: []value{{"", "200 roots", ""}, {"5", "200 roots", ""}}},
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
		{name: "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", with: []string{"OTEL_LOGS_EXPORTER=otlp", "OTEL_TRACES_EXPORTER=none"}, effect: func(o *outcome) string {
			return o.requests[0].protocol + " " + o.requests[0].path
		}, values: []value{
			{"", "http/protobuf /v1/logs", ""}, {"http/json", "http/json /v1/logs", ""},
			{"grpc", "grpc /opentelemetry.proto.collector.logs.v1.LogsService/Export", ""},
			{"x", "http/protobuf /v1/logs", `cannot use "x"`},
		}},
		{name: "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", with: []string{"OTEL_LOGS_EXPORTER=otlp", "OTEL_TRACES_EXPORTER=none"}, effect: (*outcome).paths, values: []value{
			{"", "/v1/logs", ""}, {"BACKEND/my/logs", "/my/logs", ""}, {"x", "/v1/logs", "is not a http or https URL"},
		}},
	}
}
