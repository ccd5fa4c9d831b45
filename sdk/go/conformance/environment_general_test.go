package conformance

import (
	"fmt"
	"strings"
)

// Effects that several variables have.

func sent(o *outcome) string {
	return fmt.Sprintf("%d roots", len(o.spans("root")))
}

func written(prefix string) func(*outcome) string {
	return func(o *outcome) string {
		for line := range strings.Lines(o.stdout) {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return strings.TrimSpace(rest)
			}
		}
		return "nothing"
	}
}

// gaveUp reports whether nobody's answer was waited for.
func gaveUp(o *outcome) string {
	// So short a time can be over while the connection is made.
	if strings.Contains(o.stderr, "deadline exceeded") || strings.Contains(o.stderr, "i/o timeout") {
		return "gave up in time"
	}
	return o.stderr
}

func general() []variable {
	named := func(o *outcome) string {
		name, _ := o.resource()["service.name"].(string)
		if strings.HasPrefix(name, "unknown_service:") {
			return "unknown"
		}
		return name
	}
	detected := func(o *outcome) string {
		var found []string
		for _, name := range []string{"host.name", "process.pid", "service.instance.id", "telemetry.sdk.name"} {
			if o.resource()[name] != nil {
				found = append(found, name)
			}
		}
		return strings.Join(found, " ")
	}
	return []variable{
		{name: "OTEL_SDK_DISABLED", with: []string{"OTEL_LOGS_EXPORTER=otlp", "OTEL_METRICS_EXPORTER=otlp"}, effect: func(o *outcome) string { return fmt.Sprint(len(o.requests) > 0) }, values: []value{
			{"true", "false", ""}, {"TRUE", "false", ""}, {"false", "true", ""}, {"", "true", ""}, {"1", "true", `cannot use "1", using false`},
		}},
		{name: "OTEL_SERVICE_NAME", with: []string{"OTEL_RESOURCE_ATTRIBUTES=service.name=listed"}, effect: named, values: []value{
			{"shop", "shop", ""}, {" shop ", "shop", ""}, {"", "listed", ""},
		}},
		{name: "OTEL_RESOURCE_ATTRIBUTES", effect: named, values: []value{
			{"service.name=a%2Cb,x=y", "a,b", ""}, {"", "unknown", ""}, {"service.name=a,b", "unknown", "is not a list of key=value"},
			{"service.name=%zz", "unknown", "is not a list of key=value"},
		}},
		{name: "OTEL_ENTITIES", effect: sent, values: []value{{"", "64 roots", ""}, {"service{service.name=x}", "64 roots", "is not supported"}}},
		{name: "OTEL_GO_RESOURCE_DETECTORS", effect: detected, values: []value{
			{"", "host.name process.pid service.instance.id telemetry.sdk.name", ""},
			{"All", "host.name process.pid service.instance.id telemetry.sdk.name", ""},
			{"none", "telemetry.sdk.name", ""},
			{"process", "process.pid telemetry.sdk.name", ""},
			{"host,cpu", "host.name telemetry.sdk.name", `cannot use "cpu"`},
		}},
		{name: "OTEL_LOG_LEVEL", with: []string{"OTEL_BSP_MAX_QUEUE_SIZE=many"},
			effect: func(o *outcome) string {
				return fmt.Sprint(strings.Contains(o.stderr, "OTEL_BSP_MAX_QUEUE_SIZE"))
			}, values: []value{{"none", "false", ""}, {"error", "false", ""}, {"Error", "false", ""}}},
		{name: "OTEL_LOG_LEVEL", effect: sent, values: []value{
			{"", "64 roots", ""}, {"debug", "64 roots", ""}, {"loud", "64 roots", `cannot use "loud", using info`},
		}},
		{name: "OTEL_EXPERIMENTAL_CONFIG_FILE", effect: sent, values: []value{
			{"", "64 roots", ""}, {"/no/such/file", "64 roots", "is now OTEL_CONFIG_FILE"},
		}},
		{name: "WEFT_SIGNALS", effect: sent, values: []value{
			{"", "64 roots", ""}, {"Off", "64 roots", ""}, {"never", "64 roots", `cannot use "never", using on`},
		}},
		{name: "OTEL_PROPAGATORS", effect: written("headers:"), values: []value{
			{"tracecontext", "traceparent", ""}, {"", "baggage traceparent", ""}, {"B3", "b3", ""},
			{"b3multi,b3multi", "x-b3-sampled x-b3-spanid x-b3-traceid", ""}, {"jaeger", "uber-trace-id uberctx-k", ""},
			{"baggage", "baggage", ""}, {"none", "", ""}, {"tracecontext,xray", "traceparent", `cannot use "xray"`},
			{"xray", "baggage traceparent", `cannot use "xray"`},
		}},
	}
}

func tracing() []variable {
	sampled := func(o *outcome) string {
		n := "some"
		switch len(o.spans("root")) {
		case 0:
			n = "no"
		case roots:
			n = "all"
		}
		return fmt.Sprintf("%s roots, %d sampled, %d not sampled", n, len(o.spans("sampled")), len(o.spans("not sampled")))
	}
	const def = "all roots, 1 sampled, 0 not sampled"
	return []variable{
		{name: "OTEL_TRACES_SAMPLER", effect: sampled, values: []value{
			{"", def, ""}, {"always_on", "all roots, 1 sampled, 1 not sampled", ""}, {"Always_Off", "no roots, 0 sampled, 0 not sampled", ""},
			{"traceidratio", "all roots, 1 sampled, 1 not sampled", ""}, {"parentbased_always_on", def, ""},
			{"parentbased_always_off", "no roots, 1 sampled, 0 not sampled", ""}, {"parentbased_traceidratio", def, ""},
			{"jaeger_remote", def, `cannot use "jaeger_remote", using parentbased_always_on`},
			{"parentbased_jaeger_remote", def, `cannot use`}, {"xray", def, `cannot use`},
		}},
		{name: "OTEL_TRACES_SAMPLER_ARG", with: []string{"OTEL_TRACES_SAMPLER=parentbased_traceidratio"}, effect: sampled, values: []value{
			{"", def, ""}, {"0", "no roots, 1 sampled, 0 not sampled", ""}, {"0.5", "some roots, 1 sampled, 0 not sampled", ""}, {"1.0", def, ""},
			{"1.5", def, `cannot use "1.5", using 1.0`}, {"-1", def, `cannot use "-1"`}, {"half", def, `cannot use "half"`}, {"NaN", def, `cannot use "NaN"`},
		}},
		{name: "OTEL_INSTRUMENTATION_EXPERIMENTAL_SPAN_SUPPRESSION_STRATEGY", effect: func(o *outcome) string {
			return fmt.Sprintf("%d client, %d inner, %d other", len(o.spans("client")), len(o.spans("inner")), len(o.spans("other")))
		}, values: []value{
			{"", "1 client, 0 inner, 1 other", ""}, {"semconv", "1 client, 0 inner, 1 other", ""}, {"Span-Kind", "1 client, 0 inner, 0 other", ""},
			{"none", "1 client, 1 inner, 1 other", ""}, {"some", "1 client, 0 inner, 1 other", `cannot use "some", using semconv`},
		}},
		{name: "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", effect: func(o *outcome) string {
			return fmt.Sprintf("%d GET, %d BREW, %d HTTP", len(o.spans("GET")), len(o.spans("BREW")), len(o.spans("HTTP")))
		}, values: []value{
			{"", "1 GET, 0 BREW, 1 HTTP", ""}, {"GET, BREW", "1 GET, 1 BREW, 0 HTTP", ""}, {",", "0 GET, 0 BREW, 2 HTTP", ""},
		}},
		{name: "OTEL_TRACES_EXPORTER", effect: func(o *outcome) string {
			return fmt.Sprintf("%d sent, %d written", len(o.spans("root")), strings.Count(o.stdout, `"name":"root"`))
		}, values: []value{
			{"", "64 sent, 0 written", ""}, {"otlp", "64 sent, 0 written", ""}, {"Console", "0 sent, 64 written", ""},
			{"console,otlp,console", "64 sent, 64 written", ""}, {"none", "0 sent, 0 written", ""},
			{"zipkin", "64 sent, 0 written", `cannot use "zipkin"`}, {"console,zipkin", "0 sent, 64 written", `cannot use "zipkin"`},
			{"logging", "64 sent, 0 written", `cannot use "logging"`}, {"otlp/stdout", "64 sent, 0 written", `cannot use "otlp/stdout"`},
		}},
	}
}
