package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"go.weft.dev/sdk/internal/yaml"
)

// signal names a kind of telemetry in environment variables.
type signal struct {
	name  string // as in OTEL_TRACES_EXPORTER
	batch string // prefix of the variables of its batch processor
}

var (
	traces  = signal{"TRACES", "OTEL_BSP_"}
	metrics = signal{"METRICS", ""}
	logs    = signal{"LOGS", "OTEL_BLRP_"}
)

// exporters are those of one signal.
type exporters struct {
	*reader
	signal
	names []string
}

// finish says which exporters are in use.
func (e *exporters) finish(line int) {
	names := "none"
	if len(e.names) > 0 {
		names = strings.Join(e.names, ",")
	}
	e.set("OTEL_"+e.name+"_EXPORTER", names, line)
}

func (r *reader) tracerProvider(o object) {
	p := o.child("tracer_provider")
	r.processors(p, traces, o.has("tracer_provider"))
	limits := p.child("limits")
	limits.integer("attribute_value_length_limit", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0)
	limits.integer("attribute_count_limit", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", 0)
	limits.integer("event_count_limit", "OTEL_SPAN_EVENT_COUNT_LIMIT", 0)
	limits.integer("link_count_limit", "OTEL_SPAN_LINK_COUNT_LIMIT", 0)
	limits.integer("event_attribute_count_limit", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", 0)
	limits.integer("link_attribute_count_limit", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", 0)
	limits.unsupported("attribute_value_depth_limit")
	limits.done()
	if p.has("sampler") {
		r.sampler(p)
	}
	if name, n := r.single(p.get("id_generator"), p.below("id_generator")); name != "" && name != "random" {
		r.warn(n.Line, p.below("id_generator."+name), "is not supported, ignoring it")
	}
	p.unsupported("tracer_configurator/development")
	p.done()
}

func (r *reader) loggerProvider(o object) {
	p := o.child("logger_provider")
	r.processors(p, logs, o.has("logger_provider"))
	limits := p.child("limits")
	limits.integer("attribute_value_length_limit", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0)
	limits.integer("attribute_count_limit", "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", 0)
	limits.unsupported("attribute_value_depth_limit")
	limits.done()
	p.unsupported("logger_configurator/development")
	p.done()
}

// processors reads the processors of a provider. There is one batch for all of a
// signal's exporters: the first batch processor says what it is. Where all are
// simple ones nothing waits for a batch to fill.
func (r *reader) processors(p object, s signal, there bool) {
	e := &exporters{reader: r, signal: s}
	defer func() { e.finish(p.line) }()
	if !there {
		return
	}
	items := p.list("processors")
	if items == nil {
		r.fail(p.line, p.below("processors"), "is missing")
	}
	batches, simple := 0, 0
	for i, item := range items {
		path := fmt.Sprintf("%s[%d]", p.below("processors"), i)
		name, n := r.single(item, path)
		o := r.object(n, path+"."+name)
		switch name {
		case "":
			continue
		case "batch":
			if batches++; batches > 1 {
				o.unsupported("schedule_delay", "export_timeout", "max_queue_size", "max_export_batch_size")
				break
			}
			o.integer("schedule_delay", s.batch+"SCHEDULE_DELAY", 0)
			o.integer("export_timeout", s.batch+"EXPORT_TIMEOUT", 0)
			o.integer("max_queue_size", s.batch+"MAX_QUEUE_SIZE", 1)
			o.integer("max_export_batch_size", s.batch+"MAX_EXPORT_BATCH_SIZE", 1)
		case "simple":
			simple++
		default:
			r.warn(item.Line, o.path, "is not supported, ignoring it")
			continue
		}
		e.read(o)
		o.done()
	}
	if batches == 0 && simple > 0 {
		r.set(s.batch+"SCHEDULE_DELAY", "0", p.line)
	}
}

// OTLPPrefix is what names of settings of an exporter by OTLP begin with, for a signal as
// in OTEL_TRACES_EXPORTER, where the exporter is called kind. Of the first one they are
// environment variables.
func OTLPPrefix(signal, kind string) string {
	prefix := "OTEL_EXPORTER_OTLP_" + signal + "_"
	if kind != "otlp" {
		prefix = "exporters." + kind + "." + prefix
	}
	return prefix
}

// read reads the exporter of a processor or reader. A signal can have several by OTLP,
// which are called otlp, otlp/2 and so on, and one of each other kind.
func (e *exporters) read(processor object) {
	name, n, path := processor.required("exporter")
	kind := map[string]string{"otlp_http": "otlp", "otlp_grpc": "otlp", "console": "console"}[name]
	if name == "prometheus/development" && e.signal == metrics {
		kind = "prometheus"
	}
	if kind == "otlp" {
		for n := 2; slices.Contains(e.names, kind); n++ {
			kind = fmt.Sprint("otlp/", n)
		}
	}
	switch {
	case name == "":
		return
	case kind == "":
		e.warn(processor.line, path, "is not supported, ignoring it")
		return
	case slices.Contains(e.names, kind):
		e.warn(processor.line, path, "is a second exporter of its kind for one signal, which is not supported, ignoring it")
		return
	}
	e.names = append(e.names, kind)
	o := e.object(n, path)
	switch kind {
	default:
		e.otlp(o, kind, name == "otlp_grpc")
	case "console":
		o.unsupported("temporality_preference", "default_histogram_aggregation")
	case "prometheus":
		o.copy("host", "OTEL_EXPORTER_PROMETHEUS_HOST")
		o.integer("port", "OTEL_EXPORTER_PROMETHEUS_PORT", 0)
		o.unsupported("scope_info_enabled", "target_info_enabled/development", "resource_constant_labels", "translation_strategy")
	}
	o.done()
}

// otlp reads an exporter by OTLP.
func (e *exporters) otlp(o object, kind string, grpc bool) {
	prefix := OTLPPrefix(e.name, kind)
	o.endpoint(prefix+"ENDPOINT", grpc)
	o.enum("compression", prefix+"COMPRESSION", "gzip", "none")
	o.integer("timeout", prefix+"TIMEOUT", 0)
	e.headers(o, prefix+"HEADERS")
	o.unsupported("max_request_size", "max_response_size")
	tls := o.child("tls")
	tls.file("ca_file", prefix+"CERTIFICATE")
	tls.file("key_file", prefix+"CLIENT_KEY")
	tls.file("cert_file", prefix+"CLIENT_CERTIFICATE")
	protocol := "http/protobuf"
	if grpc {
		protocol = "grpc"
		tls.boolean("insecure", prefix+"INSECURE")
	} else {
		switch text, line := o.text("encoding"); text {
		case "", "protobuf":
		case "json":
			protocol = "http/json"
		default:
			e.fail(line, o.below("encoding"), `is %q, and must be one of ["protobuf" "json"]`, text)
		}
	}
	e.set(prefix+"PROTOCOL", protocol, o.line)
	tls.done()
	if e.signal == metrics {
		temporality := prefix + "TEMPORALITY_PREFERENCE"
		o.enum("temporality_preference", temporality, "cumulative", "delta", "low_memory")
		if v := e.settings.Values[temporality]; v.Text == "low_memory" {
			e.set(temporality, "lowmemory", v.Line) // as metrics/sdk_exporters/otlp.md has it
		}
		o.enum("default_histogram_aggregation", prefix+"DEFAULT_HISTOGRAM_AGGREGATION",
			"explicit_bucket_histogram", "base2_exponential_bucket_histogram")
	}
}

// endpoint sets a variable to where to send. It may have a password and is not shown.
func (o object) endpoint(variable string, grpc bool) {
	text, line := o.text("endpoint")
	if text == "" || grpc && !strings.Contains(text, "://") {
		o.copy("endpoint", variable) // of gRPC, a host and port
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		o.fail(line, o.below("endpoint"), "must be a http or https URL")
	}
	o.set(variable, text, line)
}

// file sets a variable to a path, which must be absolute.
func (o object) file(key, variable string) {
	text, line := o.text(key)
	if text != "" && !filepath.IsAbs(text) {
		o.fail(line, o.below(key), "must be an absolute path")
	}
	o.copy(key, variable)
}

// headers reads headers and headers_list, of which the first has precedence. Their
// values may be secrets and are never shown.
func (e *exporters) headers(o object, variable string) {
	list, line := o.text("headers_list")
	parts := []string{list}
	if list == "" {
		parts = nil
	}
	for i, item := range o.list("headers") {
		name, value := e.pair(item, fmt.Sprintf("%s[%d]", o.below("headers"), i))
		if value == nil || value.Kind == yaml.Null {
			continue
		}
		if strings.ContainsAny(name, ",=%") || !value.Scalar() {
			e.fail(item.Line, o.below("headers"), "has an item that is no header")
			return
		}
		line = item.Line
		parts = append(parts, name+"="+url.PathEscape(value.Text))
	}
	if len(parts) > 0 {
		e.set(variable, strings.Join(parts, ","), line)
	}
}

// pair reads a map with a name and a value.
func (r *reader) pair(n *yaml.Node, path string) (string, *yaml.Node) {
	o := r.object(n, path)
	name, _ := o.text("name")
	value := o.get("value")
	if name == "" || value == nil {
		r.fail(n.Line, path, "must have a name and a value")
	}
	o.done()
	return name, value
}
