package config

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

// parse returns the settings of a file that goes on from file_format, and its
// values without their lines.
func parse(t *testing.T, rest string) (*Settings, map[string]string) {
	t.Helper()
	s, err := Parse([]byte("file_format: \"1.0\"\n"+rest), getenv)
	if err != nil {
		t.Fatalf("%v\n%s", err, rest)
	}
	values := map[string]string{}
	for name, v := range s.Values {
		values[name] = v.Text
	}
	return s, values
}

// nothing is what a file sets that has no providers.
var nothing = map[string]string{
	"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
	"OTEL_PROPAGATORS": "none", "OTEL_GO_RESOURCE_DETECTORS": "none",
}

func TestParse(t *testing.T) {
	tests := []struct {
		file     string
		want     map[string]string
		warnings []string
	}{
		{"", nil, nil},
		{"disabled: true\nlog_level: debug2\n", map[string]string{"OTEL_SDK_DISABLED": "true", "OTEL_LOG_LEVEL": "debug"}, nil},
		{"disabled: ${BOOL_VALUE}\n", map[string]string{"OTEL_SDK_DISABLED": "true"}, nil},
		{"disabled:\nlog_level: ~\ntracer_provider:\nresource:\n", nil, nil},
		{"attribute_limits:\n  attribute_value_length_limit: 0x10\n  attribute_count_limit: 0\n",
			map[string]string{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "16", "OTEL_ATTRIBUTE_COUNT_LIMIT": "0"}, nil},
		{"propagator:\n  composite:\n    - tracecontext:\n    - b3: {}\n  composite_list: baggage,b3\n",
			map[string]string{"OTEL_PROPAGATORS": "tracecontext,b3,baggage,b3"}, nil},
		{`
tracer_provider:
  processors:
    - batch:
        schedule_delay: 100
        export_timeout: 200
        max_queue_size: 300
        max_export_batch_size: 400
        exporter:
          otlp_http:
            endpoint: http://localhost/traces
            compression: gzip
            timeout: 0
            encoding: json
            headers_list: a=b,c=d
            headers:
              - {name: c, value: "e, f=%"}
              - {name: g, value: }
            tls:
              ca_file: /ca
              key_file: /key
              cert_file: /cert
    - simple:
        exporter:
          console:
  limits:
    attribute_value_length_limit: 1
    attribute_count_limit: 2
    event_count_limit: 3
    link_count_limit: 4
    event_attribute_count_limit: 5
    link_attribute_count_limit: 6
  sampler:
    parent_based:
      root:
        trace_id_ratio_based:
          ratio: 0.25
      local_parent_sampled:
        always_on:
      local_parent_not_sampled: {always_off: {}}
      remote_parent_sampled: {trace_id_ratio_based: {}}
      remote_parent_not_sampled: {trace_id_ratio_based: {ratio: 5e-1}}
`, map[string]string{
			"OTEL_TRACES_EXPORTER": "otlp,console", "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BSP_EXPORT_TIMEOUT": "200",
			"OTEL_BSP_MAX_QUEUE_SIZE": "300", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "400",
			"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost/traces", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "gzip",
			"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "0", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json",
			"OTEL_EXPORTER_OTLP_TRACES_HEADERS":     "a=b,c=d,c=e%2C%20f=%25",
			"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE": "/ca", "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY": "/key",
			"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE": "/cert",
			"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT":       "1", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "2",
			"OTEL_SPAN_EVENT_COUNT_LIMIT": "3", "OTEL_SPAN_LINK_COUNT_LIMIT": "4",
			"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": "5", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "6",
			"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25",
			LocalParentSampled: "1", RemoteParentNotSampled: "0.5", RemoteParentSampled: "1", LocalParentNotSampled: "0",
		}, nil},
		{"tracer_provider: {processors: [{simple: {exporter: {console: }}}], sampler: {always_off: }}\n",
			map[string]string{"OTEL_TRACES_EXPORTER": "console", "OTEL_BSP_SCHEDULE_DELAY": "0", "OTEL_TRACES_SAMPLER": "always_off"}, nil},
		{"tracer_provider: {processors: [{batch: {exporter: {zipkin: {endpoint: x}}}}], sampler: {parent_based: }}\n",
			map[string]string{"OTEL_TRACES_SAMPLER": "parentbased_always_on"},
			[]string{"line 2: tracer_provider.processors[0].batch.exporter.zipkin is not supported, ignoring it"}},
		{`
tracer_provider:
  processors:
    - batch: {exporter: {otlp_grpc: {endpoint: "host:1", tls: {insecure: true}, max_request_size: 1}}}
    - batch: {exporter: {otlp_http: }, schedule_delay: 5}
    - simple: {exporter: {otlp_http: {endpoint: "http://other/traces", encoding: json}}}
    - simple: {exporter: {console: }}
    - simple: {exporter: {console: }}
    - mine:
  sampler:
    jaeger_remote/development: {endpoint: x}
  id_generator: {own: {}}
  more: true
`, map[string]string{
			"OTEL_TRACES_EXPORTER": "otlp,otlp/2,otlp/3,console", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_INSECURE": "true",
			"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT":                  "host:1",
			"exporters.otlp/2.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf", "exporters.otlp/3.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json",
			"exporters.otlp/3.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://other/traces",
		}, []string{
			"line 5: tracer_provider.processors[0].batch.exporter.otlp_grpc.max_request_size is not supported, ignoring it",
			"line 6: tracer_provider.processors[1].batch.schedule_delay is not supported, ignoring it",
			"line 9: tracer_provider.processors[4].simple.exporter.console is a second exporter of its kind for one signal, which is not supported, ignoring it",
			"line 10: tracer_provider.processors[5].mine is not supported, ignoring it",
			"line 12: tracer_provider.sampler.jaeger_remote/development is not supported, using the default",
			"line 13: tracer_provider.id_generator.own is not supported, ignoring it",
			"line 14: tracer_provider.more is not known, ignoring it",
		}},
		{`
meter_provider:
  readers:
    - periodic:
        interval: 1000
        timeout: 500
        exporter:
          otlp_http:
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
        cardinality_limits:
          default: 100
          gauge: 5
          observable_up_down_counter: 6
    - pull:
        exporter:
          prometheus/development:
            host: localhost
            port: 9999
  views:
    - selector: {instrument_name: HTTP.*, meter_schema_url: x}
      stream: {aggregation: {last_value: }}
  exemplar_filter: always_off
`, map[string]string{
			"OTEL_METRICS_EXPORTER": "otlp,prometheus", "OTEL_METRIC_EXPORT_INTERVAL": "1000", "OTEL_METRIC_EXPORT_TIMEOUT": "500",
			"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL":                      "http/protobuf",
			"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE":        "lowmemory",
			"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
			CardinalityLimit: "100", "OTEL_EXPORTER_PROMETHEUS_HOST": "localhost", "OTEL_EXPORTER_PROMETHEUS_PORT": "9999",
			"OTEL_METRICS_EXEMPLAR_FILTER": "always_off",
			CardinalityLimitOf("gauge"):    "5", CardinalityLimitOf("observable_up_down_counter"): "6",
		}, []string{
			"line 22: meter_provider.views[0].selector.meter_schema_url is not supported, ignoring it",
			"line 23: meter_provider.views[0].stream.aggregation.last_value is supported for instruments of a type that does so anyhow only, ignoring it",
		}},
		{"logger_provider:\n  processors:\n    - batch: {schedule_delay: 7, exporter: {otlp_http: }}\n  limits:\n    attribute_count_limit: 9\n    attribute_value_length_limit: 8",
			map[string]string{
				"OTEL_LOGS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "http/protobuf", "OTEL_BLRP_SCHEDULE_DELAY": "7",
				"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT": "9", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT": "8",
			}, nil},
		{"resource:\n  attributes_list: a=b\n  detection/development:\n    detectors:\n      - host:\n      - process:\n    attributes:\n      included: [process.*]\n      excluded:\n        - process.pid\n        - x\n",
			map[string]string{
				"OTEL_RESOURCE_ATTRIBUTES": "a=b", "OTEL_GO_RESOURCE_DETECTORS": "host,process",
				DetectionIncluded: "process.*", DetectionExcluded: "process.pid,x",
			}, nil},
		{"instrumentation/development:\n  general: {stability_opt_in_list: }\n  java: {x: y}\n  go: {x: y}\ndistribution: {other: {a: b}}\nunheard: of\n",
			nil, []string{
				"line 5: instrumentation/development.go is not supported, ignoring it",
				"line 7: unheard is not known, ignoring it",
			}},
		{"instrumentation/development: {general: {http: {server: {known_methods: [GET, BREW]}, client: {known_methods: [PUT], request_captured_headers: [a]}}}}\n",
			map[string]string{"OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS": "GET,BREW,PUT,"},
			[]string{"line 2: instrumentation/development.general.http.client.request_captured_headers is not supported, ignoring it"}},
		{"instrumentation/development: {general: {http: {server: {known_methods: []}}}}\n",
			map[string]string{"OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS": ","}, nil},
		{"distribution:\n  weft:\n    WEFT_SIGNALS: off\n    OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: logs\n    OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: [GET, PUT]\n    OTEL_BSP_SCHEDULE_DELAY: 1\n",
			map[string]string{"WEFT_SIGNALS": "off", "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN": "logs", "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS": "GET,PUT"},
			[]string{"line 7: distribution.weft.OTEL_BSP_SCHEDULE_DELAY is not known, ignoring it"}},
	}
	for _, tt := range tests {
		s, values := parse(t, tt.file)
		want := maps.Clone(nothing)
		maps.Copy(want, tt.want)
		if !maps.Equal(values, want) {
			t.Errorf("%s\n got %v\nwant %v", tt.file, values, want)
		}
		if !slices.Equal(s.Warnings, tt.warnings) {
			t.Errorf("%s\n got %q\nwant %q", tt.file, s.Warnings, tt.warnings)
		}
	}
}

func TestAttributes(t *testing.T) {
	s, _ := parse(t, `
resource:
  attributes:
    - {name: service.name, value: shop}
    - {name: text, value: 1.0}
    - {name: none, value: }
    - {name: flag, value: True, type: bool}
    - {name: number, value: "${INT_VALUE}", type: string}
    - name: count
      value: ${INT_VALUE}
      type: int
    - {name: share, value: 1, type: double}
    - {name: texts, value: [a, 1], type: string_array}
    - {name: flags, value: [true, false], type: bool_array}
    - {name: counts, value: [1, 0x2], type: int_array}
    - {name: shares, value: [1, 2.5], type: double_array}
`)
	want := []Attribute{
		{"service.name", "shop"}, {"text", "1.0"}, {"flag", true}, {"number", "1"}, {"count", int64(1)}, {"share", 1.0},
		{"texts", []string{"a", "1"}}, {"flags", []bool{true, false}}, {"counts", []int64{1, 2}}, {"shares", []float64{1, 2.5}},
	}
	if !reflect.DeepEqual(s.Attributes, want) {
		t.Errorf("%v, want %v", s.Attributes, want)
	}
}

func TestViews(t *testing.T) {
	s, _ := parse(t, `
meter_provider:
  readers: [{pull: {exporter: {prometheus/development: }}}]
  views:
    - selector:
        instrument_name: HTTP.*
        instrument_type: histogram
        unit: s
        meter_name: meter
        meter_version: "1"
      stream:
        name: new
        description: New.
        aggregation:
          explicit_bucket_histogram:
            boundaries: [0.5, 1]
            record_min_max: false
        aggregation_cardinality_limit: 7
        attribute_keys:
          included: [a, b.*]
          excluded: [b.c]
    - {selector: {instrument_type: counter}, stream: {aggregation: {sum: }}}
    - {selector: {instrument_type: observable_gauge}, stream: {aggregation: {last_value: {}}}}
    - {selector: {instrument_name: a}, stream: {aggregation: {drop: }}}
    - {selector: {instrument_name: b}, stream: {aggregation: {base2_exponential_bucket_histogram: {record_min_max: true}}}}
    - {selector: {instrument_name: c}, stream: {aggregation: {explicit_bucket_histogram: {boundaries: []}}}}
    - {selector: {instrument_name: d}, stream: {aggregation: {default: }}}
`)
	want := []View{
		{Line: 6, Instrument: "http.*", Kind: "histogram", Unit: "s", Meter: "meter", Version: "1", Name: "new", Description: "New.",
			Explicit: true, Bounds: []float64{0.5, 1}, NoExtremes: true, Limit: 7, Included: []string{"a", "b.*"}, Excluded: []string{"b.c"}},
		{Line: 23, Kind: "counter"},
		{Line: 24, Kind: "observable_gauge"},
		{Line: 25, Instrument: "a", Drop: true},
		{Line: 26, Instrument: "b", Exponential: true},
		{Line: 27, Instrument: "c", Explicit: true, Bounds: []float64{}},
		{Line: 28, Instrument: "d"},
	}
	if !reflect.DeepEqual(s.Views, want) {
		t.Errorf("%+v\nwant %+v", s.Views, want)
	}
	if len(s.Warnings) > 0 {
		t.Error(s.Warnings)
	}
}

func TestErrors(t *testing.T) {
	const views = "meter_provider: {readers: [{pull: {exporter: {prometheus/development: }}}], views: ["
	const processor = "tracer_provider: {processors: [{batch: {exporter: "
	for file, want := range map[string]string{
		"disabled: maybe":   "line 2: disabled must be true or false",
		"disabled: [":       "line 2: begins a bracket that is not closed",
		"log_level: loud":   `line 2: log_level is "loud", which is no severity`,
		"log_level: warn23": `line 2: log_level is "warn23", which is no severity`,
		"attribute_limits: {attribute_count_limit: -1}":                                                      "line 2: attribute_limits.attribute_count_limit must be a whole number of at least 0",
		"attribute_limits: {attribute_count_limit: \"1\"}":                                                   "line 2: attribute_limits.attribute_count_limit must be a whole number of at least 0",
		"attribute_limits: 5":                                                                                "line 2: attribute_limits must be a map",
		"propagator: {composite: {}}":                                                                        "line 2: propagator.composite must be a list of at least one item",
		"propagator: {composite: [b3]}":                                                                      "line 2: propagator.composite[0] must be a map with one key",
		"tracer_provider: {}":                                                                                "line 2: tracer_provider.processors is missing",
		"tracer_provider: {processors: []}":                                                                  "line 2: tracer_provider.processors must be a list of at least one item",
		"tracer_provider: {processors: [{batch: }]}":                                                         "line 2: tracer_provider.processors[0].batch.exporter is missing",
		processor + "{}}}]}":                                                                                 "line 2: tracer_provider.processors[0].batch.exporter must be a map with one key",
		processor + "{otlp_http: {compression: br}}}}]}":                                                     `line 2: tracer_provider.processors[0].batch.exporter.otlp_http.compression is "br", and must be one of ["gzip" "none"]`,
		processor + "{otlp_http: {encoding: xml}}}}]}":                                                       `line 2: tracer_provider.processors[0].batch.exporter.otlp_http.encoding is "xml", and must be one of ["protobuf" "json"]`,
		processor + "{otlp_http: {tls: {ca_file: a}}}}}]}":                                                   "line 2: tracer_provider.processors[0].batch.exporter.otlp_http.tls.ca_file must be an absolute path",
		processor + "{otlp_http: {headers: [{name: a}]}}}}]}":                                                "line 2: tracer_provider.processors[0].batch.exporter.otlp_http.headers[0] must have a name and a value",
		processor + "{otlp_http: {endpoint: localhost}}}}]}":                                                 "line 2: tracer_provider.processors[0].batch.exporter.otlp_http.endpoint must be a http or https URL",
		processor + "{otlp_grpc: {endpoint: \"ftp://a\"}}}}]}":                                               "line 2: tracer_provider.processors[0].batch.exporter.otlp_grpc.endpoint must be a http or https URL",
		processor + "{otlp_http: {endpoint: [a]}}}}]}":                                                       "line 2: tracer_provider.processors[0].batch.exporter.otlp_http.endpoint must be a text",
		processor + "{console: }, max_queue_size: 0}}]}":                                                     "line 2: tracer_provider.processors[0].batch.max_queue_size must be a whole number of at least 1",
		processor + "{console: }}}], sampler: {trace_id_ratio_based: {ratio: 2}}}":                           "line 2: tracer_provider.sampler.trace_id_ratio_based.ratio must be a number from 0 to 1",
		"meter_provider: {readers: [{push: }]}":                                                              "line 2: meter_provider.readers[0] must be periodic or pull",
		"meter_provider: {readers: [{pull: }], views: [{selector: {}}]}":                                     "line 2: meter_provider.readers[0].pull.exporter is missing",
		views + "{selector: {}}]}":                                                                           "line 2: meter_provider.views[0] must have a selector and a stream",
		views + "{selector: {instrument_type: x}, stream: {}}]}":                                             `line 2: meter_provider.views[0].selector.instrument_type is "x", and must be one of ["counter" "gauge" "histogram" "observable_counter" "observable_gauge" "observable_up_down_counter" "up_down_counter"]`,
		views + "{selector: {}, stream: {aggregation: {mine: }}}]}":                                          "line 2: meter_provider.views[0].stream.aggregation.mine is not an aggregation",
		views + "{selector: {}, stream: {aggregation: {explicit_bucket_histogram: {boundaries: [2, 1]}}}}]}": "line 2: meter_provider.views[0].stream.aggregation.explicit_bucket_histogram.boundaries must be a list of numbers that ascend",
		views + "{selector: {}, stream: {aggregation_cardinality_limit: 0}}]}":                               "line 2: meter_provider.views[0].stream.aggregation_cardinality_limit must be a whole number of at least 1",
		"resource: {attributes: [{name: a}]}":                                                                "line 2: resource.attributes[0] must have a name and a value",
		"resource: {attributes: [{name: a, value: b, type: int}]}":                                           `line 2: resource.attributes[0].value does not fit the type "int"`,
		"resource: {attributes: [{name: a, value: [], type: int_array}]}":                                    `line 2: resource.attributes[0].value does not fit the type "int_array"`,
		"resource: {detection/development: {attributes: {included: [[]]}}}":                                  "line 2: resource.detection/development.attributes.included must be a list of texts",
		"distribution: {weft: {WEFT_SIGNALS: {}}}":                                                           "line 2: distribution.weft.WEFT_SIGNALS must be a value or a list of values",
		"disabled: ${a b}": "line 2: refers to an environment variable in a form that is not known: ${a b…",
	} {
		_, err := Parse([]byte("file_format: 1.0\n"+file), getenv)
		if err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", file, err, want)
		}
	}
}

func TestVersion(t *testing.T) {
	for file, want := range map[string]string{
		"":                        "line 1: file_format is missing",
		"disabled: true":          "line 1: file_format is missing",
		"file_format: '0.4'":      `line 1: file_format is "0.4", and only 1.0 is known`,
		"file_format: '2.0'":      `line 1: file_format is "2.0", and only 1.0 is known`,
		"file_format: 1":          `line 1: file_format is "1", and only 1.0 is known`,
		"file_format: '1.0'":      "",
		"file_format: 1.0":        "",
		"file_format: '1.1'":      "",
		"file_format: '1.0-rc.2'": "",
		"file_format: '1.2'":      "warning line 1: file_format is 1.2, which may have more than this program knows of",
		`{"file_format": "1.0"}`:  "",
		"- file_format: '1.0'":    "line 1: the file must be a map",
	} {
		got := ""
		if s, err := Parse([]byte(file), getenv); err != nil {
			got = err.Error()
		} else if len(s.Warnings) > 0 {
			got = "warning " + s.Warnings[0]
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", file, got, want)
		}
	}
}

// FuzzParse checks that no file breaks the reader.
func FuzzParse(f *testing.F) {
	f.Add("meter_provider: {readers: [{pull: {exporter: {prometheus/development: &e }}}], views: [{selector: {instrument_type: counter}, stream: {aggregation: {explicit_bucket_histogram: {boundaries: [1], record_min_max: no}}, attribute_keys: {excluded: [a]}}}, {selector: *e, stream: }]}")
	f.Add("tracer_provider: {processors: [{batch: {exporter: {otlp_http: {headers: [{name: a, value: b}]}}}}]}")
	f.Add("resource:\n  attributes:\n    - name: a\n      value: [1]\n      type: int_array\n  detection/development:\n    detectors:\n      - host:\n")
	f.Add("meter_provider:\n  readers:\n    - pull: {exporter: {prometheus/development: }}\npropagator:\n  composite: [b3: ]\n")
	f.Fuzz(func(t *testing.T, file string) {
		s, err := Parse([]byte("file_format: \"1.0\"\n"+file), getenv)
		if (s == nil) != (err != nil) {
			t.Errorf("%v and %v", s, err)
		}
	})
}
