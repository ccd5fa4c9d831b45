package export

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/wire"
)

// render returns metrics, and the resource, as Prometheus reads them
// (compatibility/prometheus_and_openmetrics.md). Start times are left out: in text
// they would be further time series.
func render(metrics []Metric, resource []byte, format textFormat) []byte {
	w := textWriter{format: format}
	w.target(resource)
	for _, f := range families(metrics) {
		w.family(f)
	}
	if format == openMetrics {
		w.b = append(w.b, "# EOF\n"...)
	}
	return w.b
}

// families returns what there is of each name. Where types contradict each other the
// first one counts.
func families(metrics []Metric) []*family {
	var all []*family
	taken := make(map[string]*family) // by the names of samples, and their own
	for _, m := range metrics {
		field, _, ok := wire.Next(m.Bytes)
		if !ok {
			continue
		}
		f := decodeFamily(field.Data, scopeLabels(m.Scope.Encoded()))
		if len(f.samples) == 0 {
			continue
		}
		if before := taken[f.name]; before != nil && before.name == f.name && before.kind == f.kind {
			before.merge(f.samples)
			continue
		}
		names := f.names()
		if i := slices.IndexFunc(names, func(name string) bool { return taken[name] != nil }); i >= 0 {
			before := taken[names[i]]
			report.Once("prometheus "+f.name, "Prometheus does not get the %v %s: there is a %v %s", f.kind, f.name, before.kind, before.name)
			continue
		}
		for _, name := range names {
			taken[name] = &f
		}
		all = append(all, &f)
	}
	return all
}

// names returns the names under which samples of the family are seen.
func (f *family) names() []string {
	switch f.kind {
	case counterFamily:
		return []string{f.name, f.name + "_total"}
	case histogramFamily:
		return []string{f.name, f.name + "_bucket", f.name + "_sum", f.name + "_count"}
	default:
		return []string{f.name}
	}
}

// merge adds samples with labels that are not there.
func (f *family) merge(samples []sample) {
	for _, s := range samples {
		if !slices.ContainsFunc(f.samples, func(o sample) bool { return slices.Equal(o.labels, s.labels) }) {
			f.samples = append(f.samples, s)
		}
	}
}

// scopeLabels returns the labels for an InstrumentationScope.
func scopeLabels(scope []byte) []label {
	labels := []label{{"otel_scope_name", ""}, {"otel_scope_schema_url", schemaURL}, {"otel_scope_version", ""}}
	each(scope, func(d wire.Field) {
		switch d.Number {
		case 1:
			labels[0].value = string(d.Data)
		case 2:
			labels[2].value = string(d.Data)
		}
	})
	for _, a := range labelsOf(scope, 3, nil, false) {
		a.name = sanitize("otel_scope_"+a.name, false)
		if !slices.ContainsFunc(labels, func(l label) bool { return l.name == a.name }) {
			labels = append(labels, a)
		}
	}
	return labels
}

type textWriter struct {
	b      []byte
	format textFormat
}

// target writes the resource.
func (w *textWriter) target(resource []byte) {
	labels := labelsOf(resource, 1, nil, false)
	if len(labels) == 0 {
		return
	}
	name, kind := "target_info", "gauge"
	if w.format == openMetrics {
		name, kind = "target", "info"
	}
	w.comment("HELP", name, "Target metadata")
	w.comment("TYPE", name, kind)
	w.sample("target_info", labels, label{})
	w.b = append(w.b, "1\n"...)
}

func (w *textWriter) family(f *family) {
	name := f.name
	if f.kind == counterFamily && w.format == plainText {
		name += "_total"
	}
	w.comment("HELP", name, f.help)
	w.comment("TYPE", name, f.kind.String())
	if w.format == openMetrics && strings.HasSuffix(f.name, "_"+f.unit) && f.unit != "" {
		w.comment("UNIT", name, f.unit)
	}
	for i := range f.samples {
		s := &f.samples[i]
		switch f.kind {
		case histogramFamily:
			w.histogram(f.name, s)
		case counterFamily:
			w.sample(f.name+"_total", s.labels, label{})
			w.number(s.value)
			w.exemplar(latest(s.exemplars))
			w.b = append(w.b, '\n')
		default:
			w.sample(f.name, s.labels, label{})
			w.number(s.value)
			w.b = append(w.b, '\n')
		}
	}
}

func (w *textWriter) histogram(name string, s *sample) {
	if len(s.buckets) != len(s.bounds)+1 {
		return
	}
	total, before := uint64(0), math.Inf(-1)
	for i, n := range s.buckets {
		total += n
		bound := math.Inf(1)
		if i < len(s.bounds) {
			bound = s.bounds[i]
		}
		w.sample(name+"_bucket", s.labels, label{"le", w.floatText(bound)})
		w.b = strconv.AppendUint(w.b, total, 10)
		w.exemplar(latest(between(s.exemplars, before, bound)))
		w.b = append(w.b, '\n')
		before = bound
	}
	if s.hasSum {
		w.sample(name+"_sum", s.labels, label{})
		w.number(number{float: s.sum})
		w.b = append(w.b, '\n')
	}
	w.sample(name+"_count", s.labels, label{})
	w.b = strconv.AppendUint(w.b, s.count, 10)
	w.b = append(w.b, '\n')
}

// between returns the exemplars with values above low, up to high.
func between(exemplars []promExemplar, low, high float64) []promExemplar {
	var some []promExemplar
	for _, e := range exemplars {
		if v := e.value.asFloat(); low < v && v <= high {
			some = append(some, e)
		}
	}
	return some
}

func latest(exemplars []promExemplar) *promExemplar {
	var last *promExemplar
	for i := range exemplars {
		if last == nil || exemplars[i].nanoseconds > last.nanoseconds {
			last = &exemplars[i]
		}
	}
	return last
}

// comment writes one line of metadata.
func (w *textWriter) comment(kind, name, text string) {
	if text == "" && kind == "HELP" {
		return
	}
	w.b = append(w.b, "# "...)
	w.b = append(w.b, kind...)
	w.b = append(w.b, ' ')
	w.b = append(w.b, name...)
	w.b = append(w.b, ' ')
	w.escaped(text, w.format == openMetrics)
	w.b = append(w.b, '\n')
}

// sample writes a sample's name and labels, and a space.
func (w *textWriter) sample(name string, labels []label, more label) {
	w.b = append(w.b, name...)
	separator := byte('{')
	write := func(l label) {
		if l.name == "" || l.value == "" { // an empty label is one that is not there
			return
		}
		w.b = append(w.b, separator)
		w.b = append(w.b, l.name...)
		w.b = append(w.b, '=', '"')
		w.escaped(l.value, true)
		w.b = append(w.b, '"')
		separator = ','
	}
	for _, l := range labels {
		write(l)
	}
	write(more)
	if separator == ',' {
		w.b = append(w.b, '}')
	}
	w.b = append(w.b, ' ')
}

// escaped writes text with backslashes before what would end it.
func (w *textWriter) escaped(text string, quotes bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\\' || c == '"' && quotes:
			w.b = append(w.b, '\\', c)
		case c == '\n':
			w.b = append(w.b, '\\', 'n')
		default:
			w.b = append(w.b, c)
		}
	}
}

func (w *textWriter) number(n number) {
	if n.isInt {
		w.b = strconv.AppendInt(w.b, n.integer, 10)
		return
	}
	w.b = append(w.b, w.floatText(n.float)...)
}

// floatText returns a number as both formats write it. OpenMetrics wants a point in
// what is not an integer by its nature.
func (w *textWriter) floatText(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	case math.IsNaN(v):
		return "NaN"
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if w.format == openMetrics && !strings.ContainsAny(text, "e.") {
		text += ".0"
	}
	return text
}

// exemplar writes what OpenMetrics alone has a place for.
func (w *textWriter) exemplar(e *promExemplar) {
	if e == nil || w.format != openMetrics {
		return
	}
	w.b = append(w.b, " # "...)
	if e.trace == "" {
		w.b = append(w.b, "{} "...)
	} else {
		w.sample("", []label{{"span_id", e.span}, {"trace_id", e.trace}}, label{})
	}
	w.number(e.value)
	w.b = append(w.b, ' ')
	w.b = strconv.AppendUint(w.b, e.nanoseconds/1e9, 10)
	w.b = append(w.b, '.')
	fraction := strconv.FormatUint(e.nanoseconds%1e9+1e9, 10)
	w.b = append(w.b, fraction[1:4]...) // milliseconds are all that Prometheus keeps
}
