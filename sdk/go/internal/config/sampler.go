package config

import (
	"strconv"

	"go.weft.dev/sdk/internal/yaml"
)

// sampler reads the sampler of the tracer provider.
func (r *reader) sampler(p object) {
	path := p.below("sampler")
	name, n := r.single(p.get("sampler"), path)
	prefix := ""
	if name == "parent_based" {
		prefix = "parentbased_"
		o := r.object(n, path+".parent_based")
		r.fixed(o, "remote_parent_sampled", "always_on")
		r.fixed(o, "remote_parent_not_sampled", "always_off")
		r.fixed(o, "local_parent_sampled", "always_on")
		r.fixed(o, "local_parent_not_sampled", "always_off")
		path = o.below("root")
		name, n = "always_on", nil
		if o.has("root") {
			name, n = r.single(o.get("root"), path)
		}
		o.done()
	}
	o := r.object(n, path+"."+name)
	switch name {
	case "":
		return
	case "always_on", "always_off":
		r.set("OTEL_TRACES_SAMPLER", prefix+name, p.line)
	case "trace_id_ratio_based":
		r.set("OTEL_TRACES_SAMPLER", prefix+"traceidratio", p.line)
		r.ratio(o.get("ratio"), o.below("ratio"))
	default:
		r.warn(p.line, o.path, "is not supported, using parent_based with always_on")
		return
	}
	o.done()
}

// fixed warns where the sampler for spans with a parent is another than the default,
// the only one that is supported.
func (r *reader) fixed(o object, key, name string) {
	if !o.has(key) {
		return
	}
	if got, _ := r.single(o.get(key), o.below(key)); got != name {
		r.warn(o.get(key).Line, o.below(key), "other than %s is not supported, using that", name)
	}
}

// ratio reads the share of traces that are sampled.
func (r *reader) ratio(n *yaml.Node, path string) {
	if n == nil || n.Kind == yaml.Null {
		return
	}
	ratio, ok := n.Number()
	if !ok || !(ratio >= 0 && ratio <= 1) {
		r.fail(n.Line, path, "must be a number from 0 to 1")
		return
	}
	r.set("OTEL_TRACES_SAMPLER_ARG", strconv.FormatFloat(ratio, 'g', -1, 64), n.Line)
}
