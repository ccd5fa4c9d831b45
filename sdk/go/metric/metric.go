// Package metric holds instruments, by the OpenTelemetry specification
// (metrics/api.md, metrics/sdk.md). Recording a value costs a few atomic
// operations: attributes are looked up by their encoded form, and what is
// recorded is spread over shards where processors get in each other's way.
//
// Instruments are meant for package variables. Their methods do nothing on nil,
// which such a variable is while the program initialises.
package metric

import (
	"math"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/trace"
)

// Number is a type of values that instruments record.
type Number interface{ int64 | float64 }

// Options describe an instrument.
type Options struct {
	Unit        string // in the case-sensitive form of UCUM
	Description string
	// Bounds are the upper bounds of a histogram's buckets, in ascending order; nil
	// stands for those of the specification. They do not count where histograms with
	// exponential buckets are asked for.
	Bounds []float64
}

// Enabled reports whether anybody wants metrics. Where nobody does, instruments
// do nothing; what only they need, such as the time, need not be read either.
func Enabled() bool { return len(global.provider().readers) > 0 }

// A Counter adds up values that are not negative.
type Counter[N Number] struct{ bound }

// NewCounter returns the counter of that name in a scope; a nil scope is the
// runtime's own. Counters of one scope, name, unit and type are one.
func NewCounter[N Number](scope *trace.Scope, name string, o Options) *Counter[N] {
	return newCounter[N](&global, scope, name, o)
}

func newCounter[N Number](r *registry, scope *trace.Scope, name string, o Options) *Counter[N] {
	i := r.instrument(scope, name, kindCounter, isFloat[N](), o)
	return &Counter[N]{bound{instrument: i}}
}

// With returns the counter with attributes that all it adds will have. Adding to it
// without further ones is fastest.
func (c *Counter[N]) With(attributes ...attribute.Attribute) *Counter[N] {
	if c == nil {
		return nil
	}
	return &Counter[N]{c.with(attributes)}
}

// Add adds v, which was measured during span; nil stands for none. A later
// attribute replaces an earlier one of the same key.
func (c *Counter[N]) Add(span *trace.Span, v N, attributes ...attribute.Attribute) {
	if c == nil {
		return
	}
	if v < 0 {
		c.negative()
		return
	}
	if s := c.find(attributes); s != nil {
		add(s, span, v)
	}
	if i := c.further(); i != nil {
		c.spread(i, attributes, func(s *series) { add(s, span, v) })
	}
}

// negative reports a value that the API forbids (metrics/api.md#counter).
func (b *bound) negative() {
	if b.instrument != nil {
		report.Once("negative "+b.instrument.name, "counter %s: ignoring a negative value", b.instrument.name)
	}
}

// An UpDownCounter adds up values of either sign.
type UpDownCounter[N Number] struct{ bound }

// NewUpDownCounter returns the up-down counter of that name in a scope, as
// NewCounter does.
func NewUpDownCounter[N Number](scope *trace.Scope, name string, o Options) *UpDownCounter[N] {
	return newUpDownCounter[N](&global, scope, name, o)
}

func newUpDownCounter[N Number](r *registry, scope *trace.Scope, name string, o Options) *UpDownCounter[N] {
	i := r.instrument(scope, name, kindUpDownCounter, isFloat[N](), o)
	return &UpDownCounter[N]{bound{instrument: i}}
}

// With returns the up-down counter with attributes that all it adds will have.
func (c *UpDownCounter[N]) With(attributes ...attribute.Attribute) *UpDownCounter[N] {
	if c == nil {
		return nil
	}
	return &UpDownCounter[N]{c.with(attributes)}
}

// Add adds v, which was measured during span; nil stands for none.
func (c *UpDownCounter[N]) Add(span *trace.Span, v N, attributes ...attribute.Attribute) {
	if c == nil {
		return
	}
	if s := c.find(attributes); s != nil {
		add(s, span, v)
	}
	if i := c.further(); i != nil {
		c.spread(i, attributes, func(s *series) { add(s, span, v) })
	}
}

// A Gauge holds the last value.
type Gauge[N Number] struct{ bound }

// NewGauge returns the gauge of that name in a scope, as NewCounter does.
func NewGauge[N Number](scope *trace.Scope, name string, o Options) *Gauge[N] {
	return newGauge[N](&global, scope, name, o)
}

func newGauge[N Number](r *registry, scope *trace.Scope, name string, o Options) *Gauge[N] {
	i := r.instrument(scope, name, kindGauge, isFloat[N](), o)
	return &Gauge[N]{bound{instrument: i}}
}

// With returns the gauge with attributes that all its values will have.
func (g *Gauge[N]) With(attributes ...attribute.Attribute) *Gauge[N] {
	if g == nil {
		return nil
	}
	return &Gauge[N]{g.with(attributes)}
}

// Record sets the value to v, which was measured during span; nil stands for none.
func (g *Gauge[N]) Record(span *trace.Span, v N, attributes ...attribute.Attribute) {
	if g == nil {
		return
	}
	if s := g.find(attributes); s != nil {
		set(s, span, v)
	}
	if i := g.further(); i != nil {
		g.spread(i, attributes, func(s *series) { set(s, span, v) })
	}
}

// A Histogram counts values by their size.
type Histogram[N Number] struct{ bound }

// NewHistogram returns the histogram of that name in a scope, as NewCounter does.
func NewHistogram[N Number](scope *trace.Scope, name string, o Options) *Histogram[N] {
	return newHistogram[N](&global, scope, name, o)
}

func newHistogram[N Number](r *registry, scope *trace.Scope, name string, o Options) *Histogram[N] {
	i := r.instrument(scope, name, kindHistogram, isFloat[N](), o)
	return &Histogram[N]{bound{instrument: i}}
}

// With returns the histogram with attributes that all it counts will have.
func (h *Histogram[N]) With(attributes ...attribute.Attribute) *Histogram[N] {
	if h == nil {
		return nil
	}
	return &Histogram[N]{h.with(attributes)}
}

// Record counts v, which was measured during span; nil stands for none.
func (h *Histogram[N]) Record(span *trace.Span, v N, attributes ...attribute.Attribute) {
	if h == nil {
		return
	}
	if s := h.find(attributes); s != nil {
		s.record(span, float64(v))
	}
	if i := h.further(); i != nil {
		h.spread(i, attributes, func(s *series) { s.record(span, float64(v)) })
	}
}

// isFloat reports whether N is float64.
func isFloat[N Number]() bool {
	half := 0.5
	return N(half) != 0
}

// bitsOf returns how a cell holds v.
func bitsOf[N Number](v N) uint64 {
	if isFloat[N]() {
		return math.Float64bits(float64(v))
	}
	return uint64(int64(v))
}
