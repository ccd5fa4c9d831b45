// Package config reads files of declarative configuration
// (specification/configuration/data-model.md, file_format 1). It says the same as
// a set of environment variables would, so that what is configured has to know one
// form only.
package config

import (
	"fmt"
	"strconv"
	"strings"

	"go.weft.dev/sdk/internal/yaml"
)

// Settings is what a file says.
type Settings struct {
	// Values are by the name of the environment variable with the same meaning.
	// Where there is none, the name is the path of the property in the file, in
	// lower case and with dots, as no environment variable has.
	Values     map[string]Value
	Attributes []Attribute // of the resource
	Views      []View
	Warnings   []string
}

// Value is the value of a variable, and the line that it is from.
type Value struct {
	Text string
	Line int
}

// Attribute is an attribute of the resource. Its value is a string, bool, int64,
// float64, or a slice of one of these.
type Attribute struct {
	Name  string
	Value any
}

// Names of values that no environment variable has.
const (
	// CardinalityLimit is for instruments of all kinds.
	CardinalityLimit = "meter_provider.readers.cardinality_limits.default"
	// Shares of the spans that are sampled below a parent, where that is not the
	// parent's decision.
	RemoteParentSampled    = "tracer_provider.sampler.parent_based.remote_parent_sampled"
	RemoteParentNotSampled = "tracer_provider.sampler.parent_based.remote_parent_not_sampled"
	LocalParentSampled     = "tracer_provider.sampler.parent_based.local_parent_sampled"
	LocalParentNotSampled  = "tracer_provider.sampler.parent_based.local_parent_not_sampled"
	// DetectionIncluded and DetectionExcluded are lists of patterns for names of
	// detected attributes of the resource.
	DetectionIncluded = "resource.detection.attributes.included"
	DetectionExcluded = "resource.detection.attributes.excluded"
)

// InstrumentKinds are the kinds of instruments as files name them.
var InstrumentKinds = []string{"counter", "gauge", "histogram", "observable_counter", "observable_gauge",
	"observable_up_down_counter", "up_down_counter"}

// CardinalityLimitOf returns the name of the limit for instruments of one kind.
func CardinalityLimitOf(kind string) string {
	return "meter_provider.readers.cardinality_limits." + kind
}

// Parse reads a file. Environment variables that it refers to are looked up by
// getenv. Keys that are not known are left out and warned of, for later versions
// may add some; all else that the schema does not allow is an error
// (configuration/sdk.md#parse).
func Parse(data []byte, getenv func(string) string) (*Settings, error) {
	root, err := yaml.Parse(data, func(text string) (string, error) { return expand(text, getenv) })
	if err != nil {
		return nil, err
	}
	r := &reader{settings: &Settings{Values: make(map[string]Value)}}
	r.file(root)
	if r.err != nil {
		return nil, r.err
	}
	return r.settings, nil
}

// reader turns nodes into settings. It remembers the first error.
type reader struct {
	settings *Settings
	err      error
}

func (r *reader) fail(line int, path, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("line %d: %s %s", line, path, fmt.Sprintf(format, args...))
	}
}

func (r *reader) warn(line int, path, format string, args ...any) {
	r.settings.Warnings = append(r.settings.Warnings,
		fmt.Sprintf("line %d: %s %s", line, path, fmt.Sprintf(format, args...)))
}

func (r *reader) set(name, text string, line int) {
	r.settings.Values[name] = Value{text, line}
}

// file reads the root of the data model. What is left out there is off.
func (r *reader) file(root *yaml.Node) {
	o := r.object(root, "")
	r.version(o)
	o.boolean("disabled", "OTEL_SDK_DISABLED")
	r.logLevel(o)
	limits := o.child("attribute_limits")
	limits.integer("attribute_value_length_limit", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", 0)
	limits.integer("attribute_count_limit", "OTEL_ATTRIBUTE_COUNT_LIMIT", 0)
	limits.unsupported("attribute_value_depth_limit")
	limits.done()
	r.propagator(o)
	r.resource(o)
	r.tracerProvider(o)
	r.meterProvider(o)
	r.loggerProvider(o)
	r.instrumentation(o)
	r.distribution(o)
	o.done()
}

// version checks that the file is of version 1, of which every minor version is
// read: they add keys only (opentelemetry-configuration, VERSIONING.md).
func (r *reader) version(o object) {
	const known = 1
	n := o.get("file_format")
	if n == nil {
		r.fail(1, "file_format", "is missing")
		return
	}
	major, minor, _ := strings.Cut(n.Text, ".")
	minor, _, _ = strings.Cut(minor, "-")
	number, err := strconv.Atoi(minor)
	if major != "1" || err != nil || number < 0 {
		r.fail(n.Line, "file_format", "is %q, and only 1.0 is known", n.Text)
	} else if number > known {
		r.warn(n.Line, "file_format", "is %s, which may have more than this program knows of", n.Text)
	}
}

// logLevel reads one of the names of severity numbers, as debug or warn2.
func (r *reader) logLevel(o object) {
	text, line := o.text("log_level")
	if text == "" {
		return
	}
	name := strings.TrimRight(text, "234")
	switch name {
	case "trace", "debug", "info", "warn", "error", "fatal":
		if len(text)-len(name) <= 1 {
			r.set("OTEL_LOG_LEVEL", name, line)
			return
		}
	}
	r.fail(line, "log_level", "is %q, which is no severity", text)
}

// propagator reads which formats carry contexts; none without it.
func (r *reader) propagator(o object) {
	p := o.child("propagator")
	var names []string
	for i, item := range p.list("composite") {
		if name, _ := r.single(item, fmt.Sprintf("%s.composite[%d]", p.path, i)); name != "" {
			names = append(names, name)
		}
	}
	if text, _ := p.text("composite_list"); text != "" {
		names = append(names, text)
	}
	p.done()
	if len(names) == 0 {
		names = []string{"none"}
	}
	r.set("OTEL_PROPAGATORS", strings.Join(names, ","), p.line)
}

// instrumentation reads the HTTP methods that are known, of servers and clients alike;
// the rest of what the data model has for it does not apply.
func (r *reader) instrumentation(o object) {
	i := o.child("instrumentation/development")
	general := i.child("general")
	http := general.child("http")
	var methods []string
	given := false
	for _, side := range []string{"server", "client"} {
		s := http.child(side)
		if n := s.get("known_methods"); n != nil && n.Kind == yaml.List && len(n.Items) == 0 {
			given = true // the one list that may be empty
		} else {
			methods = append(methods, s.texts("known_methods")...)
		}
		s.unsupported("request_captured_headers", "response_captured_headers")
		s.done()
	}
	if given || methods != nil {
		// A comma is a list of none, and no value would be the default.
		r.set("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", strings.Join(methods, ",")+",", http.line)
	}
	http.unsupported("semconv")
	http.done()
	general.unsupported("code", "db", "gen_ai", "messaging", "rpc", "sanitization", "stability_opt_in_list")
	general.done()
	i.unsupported("go")
	i.ignore("cpp", "dotnet", "erlang", "java", "js", "php", "python", "ruby", "rust", "swift")
	i.done()
}

// distribution reads the variables that the data model has no place for, by their
// names below distribution.weft. What is for other distributions is left alone.
func (r *reader) distribution(o object) {
	d := o.child("distribution")
	own := d.child("weft")
	for _, entry := range own.entries {
		path := own.path + "." + entry.Key
		if !strings.HasPrefix(entry.Key, "WEFT_") && !strings.HasPrefix(entry.Key, "OTEL_GO_") &&
			!strings.HasPrefix(entry.Key, "OTEL_INSTRUMENTATION_") && !strings.HasPrefix(entry.Key, "OTEL_SEMCONV_") {
			r.warn(entry.Line, path, "is not known, ignoring it")
			continue
		}
		var parts []string
		for _, part := range oneOrMore(entry.Value) {
			if !part.Scalar() {
				r.fail(part.Line, path, "must be a value or a list of values")
			}
			parts = append(parts, part.Text)
		}
		r.set(entry.Key, strings.Join(parts, ","), entry.Line)
	}
}

func oneOrMore(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.List {
		return n.Items
	}
	return []*yaml.Node{n}
}
