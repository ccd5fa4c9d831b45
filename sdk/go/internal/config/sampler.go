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
		r.delegate(o, "remote_parent_sampled", RemoteParentSampled)
		r.delegate(o, "remote_parent_not_sampled", RemoteParentNotSampled)
		r.delegate(o, "local_parent_sampled", LocalParentSampled)
		r.delegate(o, "local_parent_not_sampled", LocalParentNotSampled)
		path = o.below("root")
		name, n = "always_on", nil
		if o.has("root") {
			name, n = r.single(o.get("root"), path)
		}
		o.done()
	}
	switch share := r.share(name, n, path); {
	case share == "":
	case name == "trace_id_ratio_based":
		r.set("OTEL_TRACES_SAMPLER", prefix+"traceidratio", p.line)
		r.set("OTEL_TRACES_SAMPLER_ARG", share, p.line)
	default:
		r.set("OTEL_TRACES_SAMPLER", prefix+name, p.line)
	}
}

// delegate reads the sampler for spans with a parent of some kind.
func (r *reader) delegate(o object, key, setting string) {
	if !o.has(key) {
		return
	}
	name, n := r.single(o.get(key), o.below(key))
	if share := r.share(name, n, o.below(key)); share != "" {
		r.set(setting, share, o.get(key).Line)
	}
}

// share returns the share of traces that a sampler samples, "" for one that is not
// supported.
func (r *reader) share(name string, n *yaml.Node, path string) (share string) {
	o := r.object(n, path+"."+name)
	switch name {
	case "":
		return ""
	case "always_on":
		share = "1"
	case "always_off":
		share = "0"
	case "trace_id_ratio_based":
		share = r.ratio(o.get("ratio"), o.below("ratio"))
	default:
		line := o.line
		if n != nil {
			line = n.Line
		}
		r.warn(line, o.path, "is not supported, using the default")
		return ""
	}
	o.done()
	return share
}

// ratio reads the share of traces that are sampled, which is all without one.
func (r *reader) ratio(n *yaml.Node, path string) string {
	if n == nil || n.Kind == yaml.Null {
		return "1"
	}
	ratio, ok := n.Number()
	if !ok || !(ratio >= 0 && ratio <= 1) {
		r.fail(n.Line, path, "must be a number from 0 to 1")
	}
	return strconv.FormatFloat(ratio, 'g', -1, 64)
}
