package config

import (
	"fmt"
	"math"
	"strings"

	"go.weft.dev/sdk/internal/yaml"
)

// View says what becomes of the instruments that it selects (metrics/sdk.md#view).
type View struct {
	Line int // in the file

	// Selected are instruments to which all that is not empty applies.
	Instrument string // a pattern, in lower case
	Kind       string // one of InstrumentKinds
	Unit       string
	Meter      string // name of the scope
	Version    string // of the scope

	Name, Description  string // in place of the instrument's, where they are not empty
	Drop               bool   // nothing is sent
	Explicit           bool   // a histogram has explicit buckets
	Exponential        bool   // a histogram has base-2 exponential buckets
	Bounds             []float64
	NoExtremes         bool     // a histogram has neither minimum nor maximum
	Limit              int      // of series, 0 for the usual one
	Included, Excluded []string // patterns of attributes' names; nil for all and none
}

func (r *reader) views(p object) {
	for i, item := range p.list("views") {
		path := fmt.Sprintf("%s[%d]", p.below("views"), i)
		o := r.object(item, path)
		v := View{Line: item.Line}
		if !o.has("selector") || !o.has("stream") {
			r.fail(item.Line, path, "must have a selector and a stream")
			return
		}
		r.selector(o.child("selector"), &v)
		r.stream(o.child("stream"), &v)
		o.done()
		r.settings.Views = append(r.settings.Views, v)
	}
}

func (r *reader) selector(o object, v *View) {
	name, _ := o.text("instrument_name")
	v.Instrument = strings.ToLower(name)
	v.Kind, _ = o.text("instrument_type")
	o.check("instrument_type", v.Kind, InstrumentKinds)
	v.Unit, _ = o.text("unit")
	v.Meter, _ = o.text("meter_name")
	v.Version, _ = o.text("meter_version")
	if o.unsupported("meter_schema_url"); o.has("meter_schema_url") {
		v.Instrument = "," // nothing has such a name: better none than too many
	}
	o.done()
}

func (r *reader) stream(o object, v *View) {
	v.Name, _ = o.text("name")
	v.Description, _ = o.text("description")
	if n := o.get("aggregation_cardinality_limit"); n != nil && n.Kind != yaml.Null {
		limit, ok := n.Integer()
		if !ok || limit < 1 || limit > math.MaxInt32 {
			r.fail(n.Line, o.below("aggregation_cardinality_limit"), "must be a whole number of at least 1")
		}
		v.Limit = int(limit)
	}
	keys := o.child("attribute_keys")
	v.Included, v.Excluded = keys.texts("included"), keys.texts("excluded")
	keys.done()
	if o.has("aggregation") {
		r.aggregation(o, v)
	}
	o.done()
}

// aggregation reads how values are added up. What an instrument does anyhow may be said.
func (r *reader) aggregation(o object, v *View) {
	path := o.below("aggregation")
	name, n := r.single(o.get("aggregation"), path)
	a := r.object(n, path+"."+name)
	usual := ""
	switch v.Kind {
	case "counter", "up_down_counter", "observable_counter", "observable_up_down_counter":
		usual = "sum"
	case "gauge", "observable_gauge":
		usual = "last_value"
	}
	switch name {
	case "", "default", usual:
	case "drop":
		v.Drop = true
	case "explicit_bucket_histogram":
		v.Explicit = true
		v.Bounds = r.bounds(a)
		v.NoExtremes = a.isFalse("record_min_max")
	case "base2_exponential_bucket_histogram":
		v.Exponential = true
		a.unsupported("max_scale", "max_size")
		v.NoExtremes = a.isFalse("record_min_max")
	case "sum", "last_value":
		r.warn(o.get("aggregation").Line, a.path, "is supported for instruments of a type that does so anyhow only, ignoring it")
	default:
		r.fail(a.line, a.path, "is not an aggregation")
	}
	a.done()
}

// bounds reads bounds of buckets, nil where there are none.
func (r *reader) bounds(a object) []float64 {
	n := a.get("boundaries")
	if n == nil || n.Kind == yaml.Null {
		return nil
	}
	bounds := []float64{}
	for _, item := range oneOrMore(n) {
		b, ok := item.Number()
		if !ok || b != b || len(bounds) > 0 && b <= bounds[len(bounds)-1] {
			r.fail(item.Line, a.below("boundaries"), "must be a list of numbers that ascend")
			return nil
		}
		bounds = append(bounds, b)
	}
	return bounds
}
