package conformance

import (
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outcome is what a program did: what it sent, and what it wrote.
type outcome struct {
	requests       []recorded
	stdout, stderr string
}

// variable is an environment variable of the OpenTelemetry specification, with what
// its values do. Unless a value says that it is warned of, stderr stays empty.
type variable struct {
	name    string
	program string   // "environment" unless it says otherwise
	with    []string // other variables; DEAD as a value is an address where nobody answers
	effect  func(*outcome) string
	noisy   bool // the effect judges stderr
	values  []value
}

type value struct {
	value string
	want  string // what effect returns
	warns string // what a warning says after the variable's name
}

// observe runs a program with its telemetry sent to a backend.
func observe(t *testing.T, name string, variables ...string) *outcome {
	t.Helper()
	r := newRecorder(t)
	return r.observe(t, name, variables...)
}

// observe runs a program. BACKEND in a variable stands for the backend's URL, and
// HOST for its host and port.
func (r *recorder) observe(t *testing.T, name string, variables ...string) *outcome {
	t.Helper()
	host := r.Listener.Addr().String()
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	replace := strings.NewReplacer("BACKEND", r.URL, "HOST", host, "DEAD", "http://"+dead.Addr().String())
	all := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + r.URL, "OTEL_METRICS_EXPORTER=none"}
	for _, v := range variables {
		all = append(all, replace.Replace(v))
	}
	cmd := program(t, name, nil, all...)
	var o outcome
	o.stdout, o.stderr = output(t, cmd)
	r.mu.Lock()
	defer r.mu.Unlock()
	o.requests = r.requests
	return &o
}

func output(t *testing.T, cmd *exec.Cmd) (stdout, stderr string) {
	t.Helper()
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errOut.String())
	}
	return out.String(), errOut.String()
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, v := range variables() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, value := range v.values {
				check(t, v, value)
			}
		})
	}
}

func variables() []variable {
	return slices.Concat(general(), tracing(), batching(), limiting(), exporting(), logging())
}

func check(t *testing.T, v variable, value value) {
	t.Helper()
	name := v.program
	if name == "" {
		name = "environment"
	}
	o := observe(t, name, append(slices.Clone(v.with), v.name+"="+value.value)...)
	if got := v.effect(o); got != value.want {
		t.Errorf("%s=%q: %s, want %s\n%s", v.name, value.value, got, value.want, o.stderr)
	}
	switch {
	case v.noisy:
	case value.warns == "":
		if o.stderr != "" {
			t.Errorf("%s=%q: stderr %s", v.name, value.value, o.stderr)
		}
	case strings.Count(o.stderr, "\n") != 1 || !strings.HasPrefix(o.stderr, "weft: ") ||
		!strings.Contains(o.stderr, v.name) || !strings.Contains(o.stderr, value.warns):
		t.Errorf("%s=%q: stderr %s, want one warning with %s", v.name, value.value, o.stderr, value.warns)
	}
}

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
	if !strings.Contains(o.stderr, "deadline exceeded") {
		return o.stderr
	}
	return "gave up in time"
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
		{name: "OTEL_SDK_DISABLED", effect: func(o *outcome) string { return fmt.Sprint(len(o.requests) > 0) }, values: []value{
			{"true", "false", ""}, {"TRUE", "false", ""}, {"false", "true", ""}, {"", "true", ""}, {"1", "true", `cannot use "1", using false`},
		}},
		{name: "OTEL_SERVICE_NAME", with: []string{"OTEL_RESOURCE_ATTRIBUTES=service.name=listed"}, effect: named, values: []value{
			{"shop", "shop", ""}, {" shop ", "shop", ""}, {"", "listed", ""},
		}},
		{name: "OTEL_RESOURCE_ATTRIBUTES", effect: named, values: []value{
			{"service.name=a%2Cb,x=y", "a,b", ""}, {"", "unknown", ""}, {"service.name=a,b", "unknown", "is not a list of key=value"},
			{"service.name=%zz", "unknown", "is not a list of key=value"},
		}},
		{name: "OTEL_ENTITIES", effect: sent, values: []value{{"", "200 roots", ""}, {"service{service.name=x}", "200 roots", "is not supported"}}},
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
			{"", "200 roots", ""}, {"debug", "200 roots", ""}, {"loud", "200 roots", `cannot use "loud", using info`},
		}},
		{name: "OTEL_EXPERIMENTAL_CONFIG_FILE", effect: sent, values: []value{
			{"", "200 roots", ""}, {"/no/such/file", "200 roots", "is now OTEL_CONFIG_FILE"},
		}},
		{name: "WEFT_SIGNALS", effect: sent, values: []value{
			{"", "200 roots", ""}, {"Off", "200 roots", ""}, {"never", "200 roots", `cannot use "never", using on`},
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
			{"", "200 sent, 0 written", ""}, {"otlp", "200 sent, 0 written", ""}, {"Console", "0 sent, 200 written", ""},
			{"console,otlp,console", "200 sent, 200 written", ""}, {"none", "0 sent, 0 written", ""},
			{"zipkin", "200 sent, 0 written", `cannot use "zipkin"`}, {"console,zipkin", "0 sent, 200 written", `cannot use "zipkin"`},
			{"logging", "200 sent, 0 written", `cannot use "logging"`}, {"otlp/stdout", "200 sent, 0 written", `cannot use "otlp/stdout"`},
		}},
	}
}

func batching() []variable {
	largest := func(o *outcome) string {
		most := 0
		for _, r := range o.requests {
			n := 0
			for _, ss := range r.traces.GetResourceSpans()[0].ScopeSpans {
				n += len(ss.Spans)
			}
			most = max(most, n)
		}
		return fmt.Sprint(most)
	}
	// How much is kept where nobody answers: a queue, and what was taken from it to be
	// sent, which is a queue's at most.
	kept := func(i int) func(*outcome) string {
		return func(o *outcome) string {
			var counts [2]int
			_, _ = fmt.Sscanf(o.stdout, "kept %d and %d", &counts[0], &counts[1])
			for _, queue := range []int{100, 2048} {
				if counts[i] >= queue && counts[i] <= 2*queue {
					return fmt.Sprint(queue)
				}
			}
			return o.stdout
		}
	}
	var all []variable
	for i, s := range []struct{ prefix, delay string }{{"OTEL_BSP", "5000"}, {"OTEL_BLRP", "1000"}} {
		logs := []string{"OTEL_LOGS_EXPORTER=otlp"}
		all = append(all,
			variable{name: s.prefix + "_SCHEDULE_DELAY", program: "unflushed", effect: written(""),
				with:   append(slices.Clone(logs), "OTEL_BSP_SCHEDULE_DELAY=1", "OTEL_BLRP_SCHEDULE_DELAY=1"),
				values: []value{{"0", "sent", ""}, {"1", "sent", ""}}},
			variable{name: s.prefix + "_SCHEDULE_DELAY", with: logs, effect: sent, values: []value{
				{"", "200 roots", ""}, {"-1", "200 roots", `cannot use "-1", using ` + s.delay}, {"1s", "200 roots", `cannot use "1s", using ` + s.delay},
			}},
			variable{name: s.prefix + "_EXPORT_TIMEOUT", with: logs, effect: sent, values: []value{
				{"", "200 roots", ""}, {"0", "200 roots", ""}, {"20000", "200 roots", ""}, {"soon", "200 roots", `cannot use "soon", using 30000`},
			}},
			variable{name: s.prefix + "_EXPORT_TIMEOUT", effect: gaveUp, noisy: true,
				with:   append(slices.Clone(logs), "OTEL_EXPORTER_OTLP_ENDPOINT=DEAD", "OTEL_BSP_EXPORT_TIMEOUT=1", "OTEL_BLRP_EXPORT_TIMEOUT=1"),
				values: []value{{"1", "gave up in time", ""}}},
			variable{name: s.prefix + "_MAX_EXPORT_BATCH_SIZE", with: logs, effect: sent, values: []value{
				{"0", "200 roots", `cannot use "0", using 512`}, {"a", "200 roots", `cannot use "a", using 512`},
			}},
			variable{name: s.prefix + "_MAX_QUEUE_SIZE", with: logs, effect: sent, values: []value{
				{"0", "200 roots", `cannot use "0", using 2048`}, {"a", "200 roots", `cannot use "a", using 2048`},
			}},
			variable{name: s.prefix + "_MAX_QUEUE_SIZE", program: "crowded", effect: kept(i),
				with:   []string{"OTEL_EXPORTER_OTLP_ENDPOINT=DEAD", "OTEL_LOGS_EXPORTER=otlp", "OTEL_LOG_LEVEL=none"},
				values: []value{{"", "2048", ""}, {"100", "100", ""}}},
		)
	}
	return append(all, variable{name: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", effect: largest, values: []value{{"", "208", ""}, {"7", "7", ""}}})
}

func limiting() []variable {
	span := func(count func(*outcome) int) func(*outcome) string {
		return func(o *outcome) string {
			if len(o.spans("limits")) != 1 {
				return "no span"
			}
			return fmt.Sprint(count(o))
		}
	}
	limits := func(o *outcome) (s struct{ attributes, events, links, ofEvent, ofLink, length int }) {
		l := o.spans("limits")[0]
		s.attributes, s.events, s.links = len(l.Attributes), len(l.Events), len(l.Links)
		s.ofEvent, s.ofLink = len(l.Events[0].Attributes), len(l.Links[0].Attributes)
		s.length = len(l.Attributes[0].Value.GetStringValue())
		return s
	}
	record := func(o *outcome) string {
		records := o.records()
		if len(records) != 1 {
			return "no record"
		}
		a := records[0].Attributes
		return fmt.Sprintf("%d of %d", len(a), len(a[0].Value.GetStringValue()))
	}
	logs := []string{"OTEL_LOGS_EXPORTER=otlp"}
	count := []value{{"", "128", ""}, {"3", "3", ""}, {"-1", "128", `cannot use "-1", using 128`}, {"x", "128", `cannot use "x", using 128`}}
	length := []value{{"", "200", ""}, {"5", "5", ""}, {"-1", "200", `cannot use "-1", using no limit`}, {"x", "200", `cannot use "x", using no limit`}}
	attributes := span(func(o *outcome) int { return limits(o).attributes })
	lengthOf := span(func(o *outcome) int { return limits(o).length })
	return []variable{
		{name: "OTEL_ATTRIBUTE_COUNT_LIMIT", effect: attributes, values: count},
		{name: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", effect: lengthOf, values: length},
		{name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", effect: attributes, values: count},
		{name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", with: []string{"OTEL_ATTRIBUTE_COUNT_LIMIT=9"}, effect: attributes,
			values: []value{{"", "9", ""}, {"3", "3", ""}, {"x", "9", `cannot use "x", using 9`}}},
		{name: "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", effect: lengthOf, values: length},
		{name: "OTEL_SPAN_EVENT_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).events }), values: count},
		{name: "OTEL_SPAN_LINK_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).links }), values: count},
		{name: "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).ofEvent }), values: count},
		{name: "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).ofLink }), values: count},
		{name: "OTEL_ATTRIBUTE_COUNT_LIMIT", with: logs, effect: record, values: []value{{"4", "4 of 200", ""}}},
		{name: "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", with: logs, effect: record, values: []value{
			{"", "128 of 200", ""}, {"3", "3 of 200", ""}, {"-1", "128 of 200", `cannot use "-1", using 128`}, {"x", "128 of 200", `using 128`},
		}},
		{name: "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", with: logs, effect: record, values: []value{
			{"", "128 of 200", ""}, {"5", "128 of 5", ""}, {"x", "128 of 200", `cannot use "x", using no limit`},
		}},
	}
}

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

// elsewhere has the variables that other tests set.
var elsewhere = map[string]string{
	"OTEL_CONFIG_FILE":              "TestConfigFile",
	"OTEL_METRICS_EXEMPLAR_FILTER":  "metric.TestFilterFromEnv",
	"OTEL_METRICS_EXPORTER":         "export.TestMetricsExportersFromEnv",
	"OTEL_METRIC_EXPORT_INTERVAL":   "export.TestMetricTimesFromEnv",
	"OTEL_METRIC_EXPORT_TIMEOUT":    "export.TestMetricTimesFromEnv",
	"OTEL_EXPORTER_PROMETHEUS_HOST": "export.TestServePrometheusEnvironment",
	"OTEL_EXPORTER_PROMETHEUS_PORT": "export.TestServePrometheusEnvironment",
	"WEFT_RUNTIME_METRICS":          "TestRuntimeMetrics",

	"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE":        "export.TestReaderOfEnvironment",
	"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "export.TestReaderOfEnvironment",
	"OTEL_EXPORTER_OTLP_CERTIFICATE":                           "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE":                    "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_CLIENT_KEY":                            "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE":                    "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE":             "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY":                     "TestTLSEnvironment",
}

// TestEveryVariableIsTested looks for variables that the sources name and no test.
func TestEveryVariableIsTested(t *testing.T) {
	t.Parallel()
	tested := maps.Clone(elsewhere)
	for _, v := range variables() {
		tested[v.name] = "TestEnvironment"
	}
	literal := regexp.MustCompile(`"((?:OTEL|WEFT)_[A-Z_]*[A-Z])"`)
	found := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			if entry != nil && entry.IsDir() && (entry.Name() == "conformance" || entry.Name() == "config") {
				return fs.SkipDir // the tests, and what translates a file into variables
			}
			return err
		}
		source, err := os.ReadFile(path)
		for _, name := range literal.FindAllStringSubmatch(string(source), -1) {
			found++
			isPrefix := func(v string) bool { return strings.HasPrefix(v, name[1]+"_") }
			if tested[name[1]] == "" && !slices.ContainsFunc(slices.Collect(maps.Keys(tested)), isPrefix) {
				t.Errorf("%s: no test sets %s", path, name[1])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d variables found, %v", found, err)
	}
}
