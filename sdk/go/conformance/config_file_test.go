package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// configFile writes a file and returns the variable that names it.
func configFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "OTEL_CONFIG_FILE=" + path
}

// TestDocumentedConfigFile runs a program with the file that docs/configure.md shows.
func TestDocumentedConfigFile(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/configure.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	file, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("docs/configure.md shows no file")
	}
	o := observe(t, "environment", configFile(t, "weft.yaml", file),
		"COLLECTOR=BACKEND", "TOKEN=secret", "OTEL_SERVICE_NAME=", "OTEL_TRACES_SAMPLER=always_off", "OTEL_LOGS_EXPORTER=otlp")
	if o.stderr != "" {
		t.Errorf("stderr %s", o.stderr)
	}
	if got := sent(o); got != "64 roots" {
		t.Error(got)
	}
	if got := o.paths(); got != "/v1/traces" {
		t.Errorf("requests to %s", got)
	}
	if got := o.requests[0].header.Get("Authorization"); got != "Bearer secret" {
		t.Errorf("authorization %q", got)
	}
	r := o.resource()
	if r["service.name"] != "shop" || r["shop.floors"] != int64(3) || r["host.name"] == nil || r["service.instance.id"] == nil || r["vcs.ref.head.revision"] != nil {
		t.Errorf("resource %v", r)
	}
	if got := written("headers:")(o); got != "baggage traceparent" {
		t.Errorf("headers %s", got)
	}
}

func TestConfigFile(t *testing.T) {
	t.Parallel()
	const traces = "tracer_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: \"BACKEND/v1/traces\"}}}}]}\n"
	host := loopback()
	for _, tt := range []struct {
		name, file string
		program    string // "environment" unless it says otherwise
		with       []string
		effect     func(*outcome) string
		want       string
		warns      []string // what each line of stderr holds
	}{
		{name: "nothing is on", file: "", effect: sent, want: "0 roots"},
		{name: "no propagator", file: traces, effect: written("headers:"), want: ""},
		{name: "disabled", file: "disabled: true\npropagator: {composite_list: baggage}\n" + traces, effect: func(o *outcome) string { return sent(o) + written("headers:")(o) }, want: "0 rootsbaggage"},
		{name: "variables are ignored", file: traces, effect: sent, want: "64 roots",
			with: []string{"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_TRACES_SAMPLER=always_off", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=DEAD", "OTEL_BSP_MAX_QUEUE_SIZE=x"}},
		{name: "no detectors", file: traces, with: []string{"OTEL_SERVICE_NAME=no"}, effect: func(o *outcome) string {
			return fmt.Sprint(len(o.resource()), strings.HasPrefix(fmt.Sprint(o.resource()["service.name"]), "unknown_service:"))
		}, want: "6 true"},
		{name: "service detector", file: "resource: {detection/development: {detectors: [{service: {}}], attributes: {excluded: [\"*.id\"]}}}\n" + traces,
			with: []string{"OTEL_SERVICE_NAME=named"}, effect: func(o *outcome) string {
				return fmt.Sprint(o.resource()["service.name"], o.resource()["service.instance.id"])
			}, want: "named<nil>"},
		{name: "typed attributes", file: "resource:\n  attributes:\n    - {name: a, value: [1, 2], type: int_array}\n    - {name: b, value: [true], type: bool_array}\n    - {name: c, value: [0.5], type: double_array}\n    - {name: d, value: [x, y], type: string_array}\n    - {name: e, value: false, type: bool}\n    - {name: f, value: 2, type: double}\n  attributes_list: g=h,e=no\n" + traces,
			effect: func(o *outcome) string {
				r := o.resource()
				return fmt.Sprint(r["a"], r["b"], r["c"], r["d"], r["e"], r["f"], r["g"])
			}, want: "[1 2] [true] [0.5] [x y] false 2h"},
		{name: "limits", file: "attribute_limits: {attribute_count_limit: 9}\n" + strings.TrimSuffix(traces, "}\n") + ", limits: {event_count_limit: 4}}\n",
			effect: func(o *outcome) string {
				s := o.spans("limits")[0]
				return fmt.Sprint(len(s.Attributes), len(s.Events))
			}, want: "9 4"},
		{name: "samplers below parents", file: strings.TrimSuffix(traces, "}\n") + ", sampler: {parent_based: {root: {always_off: {}}, remote_parent_sampled: {always_off: {}}, remote_parent_not_sampled: {always_on: {}}}}}\n",
			effect: func(o *outcome) string {
				return fmt.Sprint(len(o.spans("root")), len(o.spans("sampled")), len(o.spans("not sampled")))
			}, want: "0 0 1"},
		{name: "simple", file: "tracer_provider: {processors: [{simple: {exporter: {console: {}}}}], sampler: {always_on: {}}}\n",
			effect: func(o *outcome) string { return fmt.Sprint(strings.Count(o.stdout, `"name":"root"`)) }, want: "64"},
		{name: "grpc", file: "tracer_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: BACKEND, compression: gzip}}}}]}\n",
			effect: func(o *outcome) string {
				return o.requests[0].protocol + o.requests[0].header.Get("Content-Encoding")
			}, want: "grpcgzip"},
		{name: "several exporters", file: `logger_provider:
  processors:
    - batch:
        schedule_delay: 3600000
        exporter:
          otlp_http: &exporter
            endpoint: BACKEND/one/logs
            compression: gzip
    - simple: {exporter: {otlp_http: *exporter}}
    - simple: {exporter: {otlp_http: {endpoint: BACKEND/two/logs, encoding: json}}}
`, effect: func(o *outcome) string {
			var protocols []string
			for _, r := range o.requests {
				protocols = append(protocols, r.protocol)
			}
			return fmt.Sprint(protocols, o.paths(), len(o.records()))
		}, want: "[http/protobuf http/protobuf http/json]/one/logs /two/logs3"},
		{name: "views", program: "measuring", file: `meter_provider:
  readers: [{periodic: {exporter: {otlp_http: {endpoint: BACKEND/metrics}}}}]
  views:
    - selector: {instrument_name: requests, instrument_type: counter}
      stream: {name: renamed, aggregation: {sum: }, attribute_keys: {included: [none]}}
    - selector: {instrument_name: size*}
      stream: {aggregation: {explicit_bucket_histogram: {boundaries: [1, 2], record_min_max: false}}}
    - {selector: {instrument_name: go.*}, stream: {aggregation: {drop: {}}}}
`, effect: func(o *outcome) string {
			sum, sizes := o.metric("renamed").GetSum(), o.metric("sizes").GetHistogram()
			return fmt.Sprint(o.metric("requests") != nil, len(sum.GetDataPoints()), len(sum.GetDataPoints()[0].Attributes), sizes.DataPoints[0].ExplicitBounds, sizes.DataPoints[0].Min,
				o.metric("go.goroutine.count") != nil, o.metric("process.uptime") != nil)
		}, want: "false 1 0 [1 2] <nil> false true"},
		{name: "logs", file: "logger_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: BACKEND/logs, encoding: json}}}}], limits: {attribute_count_limit: 2}}\n",
			effect: func(o *outcome) string {
				return fmt.Sprint(o.paths(), o.requests[0].protocol, len(o.records()[0].Attributes))
			}, want: "/logshttp/json2"},
		{name: "metrics", program: "measuring", file: `meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_http:
            endpoint: BACKEND/metrics
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
        cardinality_limits: {default: 4}
  exemplar_filter: always_off
`, effect: func(o *outcome) string {
			sum := o.metric("requests").GetSum()
			return fmt.Sprint(o.paths(), len(sum.GetDataPoints()), sum.GetAggregationTemporality() == metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA, o.metric("sizes").GetExponentialHistogram() != nil)
		}, want: "/metrics5 true true"}, // four, and what overflows,
		{name: "Prometheus", program: "scraping", file: "meter_provider: {readers: [{pull: {exporter: {prometheus/development: {host: " + host + "}}}}]}\n",
			with: []string{"SCRAPE=" + host + ":9464"}, effect: written("scraped"), want: "10"},
		{name: "JSON", file: `{"file_format": "1.0", "tracer_provider": {"processors": [{"batch": {"exporter": {"otlp_http": {"endpoint": "BACKEND/json"}}}}]}}`,
			effect: (*outcome).paths, want: "/json"},
		{name: "log level", file: "log_level: error\nunheard: of\n" + traces, effect: sent, want: "64 roots"},
		{name: "unknown keys", file: "unheard: of\n" + traces + "meter_provider: {readers: [{pull: {exporter: {x: }}}], meter_configurator/development: {}}\n", effect: sent, want: "64 roots",
			warns: []string{"weft.yaml: line 4: meter_provider.readers[0].pull.exporter.x is not supported, ignoring it",
				"line 4: meter_provider.meter_configurator/development is not supported, ignoring it", "line 2: unheard is not known, ignoring it"}},
		{name: "bad value", file: "distribution: {weft: {OTEL_GO_RESOURCE_DETECTORS: gpu}}\n" + traces, effect: sent, want: "64 roots",
			warns: []string{`weft.yaml: line 2 (OTEL_GO_RESOURCE_DETECTORS): cannot use "gpu"`}},
		{name: "wrong type", file: "disabled: 1\n" + traces, effect: func(o *outcome) string { return sent(o) + written("headers:")(o) },
			want: "0 rootsbaggage", warns: []string{"weft.yaml: line 2: disabled must be true or false; no telemetry is sent"}},
		{name: "not YAML", file: "a: [\n", effect: sent, want: "0 roots", warns: []string{"line 2: begins a bracket that is not closed; no telemetry is sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRecorder(t)
			file := tt.file
			if !strings.HasPrefix(file, "{") {
				file = "file_format: \"1.0\"\n" + file
			}
			program := tt.program
			if program == "" {
				program = "environment"
			}
			o := r.observe(t, program, append(tt.with, configFile(t, "weft.yaml", strings.ReplaceAll(file, "BACKEND", r.URL)))...)
			if got := tt.effect(o); got != tt.want {
				t.Errorf("%s, want %s\n%s", got, tt.want, o.stderr)
			}
			lines := strings.Split(strings.TrimSuffix(o.stderr, "\n"), "\n")
			if o.stderr == "" {
				lines = nil
			}
			if len(lines) != len(tt.warns) {
				t.Fatalf("stderr %s, want %d lines", o.stderr, len(tt.warns))
			}
			for i, line := range lines {
				if !strings.HasPrefix(line, "weft: ") || !strings.Contains(line, tt.warns[i]) {
					t.Errorf("stderr %s, want %s", line, tt.warns[i])
				}
			}
		})
	}
}

func TestConfigFileThatIsNone(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/no/such/file.yaml": "no such file", t.TempDir(): "it is not a regular file", os.DevNull: "it is not a regular file"} {
		o := observe(t, "environment", "OTEL_CONFIG_FILE="+path)
		if got := sent(o); got != "0 roots" || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: %s, stderr %s", path, got, o.stderr)
		}
	}
	if o := observe(t, "environment", "OTEL_CONFIG_FILE="); sent(o) != "64 roots" || o.stderr != "" {
		t.Errorf("an empty variable: %s, stderr %s", sent(o), o.stderr)
	}
}
