package config

import "fmt"

func (r *reader) meterProvider(o object) {
	p := o.child("meter_provider")
	e := &exporters{reader: r, signal: metrics}
	if o.has("meter_provider") {
		r.readers(p, e)
	}
	e.finish(p.line)
	p.enum("exemplar_filter", "OTEL_METRICS_EXEMPLAR_FILTER", "always_on", "always_off", "trace_based")
	r.views(p)
	p.unsupported("meter_configurator/development")
	p.done()
}

// readers reads the readers of the meter provider. The first periodic one says
// when all that push do so.
func (r *reader) readers(p object, e *exporters) {
	items := p.list("readers")
	if items == nil {
		r.fail(p.line, p.below("readers"), "is missing")
	}
	periodic := 0
	for i, item := range items {
		path := fmt.Sprintf("%s[%d]", p.below("readers"), i)
		name, n := r.single(item, path)
		o := r.object(n, path+"."+name)
		switch name {
		case "":
			continue
		case "periodic":
			if periodic++; periodic > 1 {
				o.unsupported("interval", "timeout")
				break
			}
			o.integer("interval", "OTEL_METRIC_EXPORT_INTERVAL", 0)
			o.integer("timeout", "OTEL_METRIC_EXPORT_TIMEOUT", 0)
		case "pull":
		default:
			r.fail(item.Line, path, "must be periodic or pull")
			continue
		}
		limits := o.child("cardinality_limits")
		limits.integer("default", CardinalityLimit, 1)
		for _, kind := range InstrumentKinds {
			limits.integer(kind, CardinalityLimitOf(kind), 1)
		}
		limits.done()
		o.unsupported("producers", "max_export_batch_size/development")
		e.read(o)
		o.done()
	}
}
