package metric

import (
	"slices"
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/trace"
)

// bound is an instrument with the attributes that all its values have.
type bound struct {
	instrument *instrument
	attributes []attribute.Attribute
	prefix     []byte                  // the attributes, encoded
	series     *atomic.Pointer[series] // of the attributes alone; nil for those of the instrument
}

func (b *bound) with(attributes []attribute.Attribute) bound {
	if b.instrument == nil {
		return bound{}
	}
	all := append(b.attributes[:len(b.attributes):len(b.attributes)], attributes...)
	return bound{instrument: b.instrument, attributes: all, prefix: appendAttributes(nil, all), series: new(atomic.Pointer[series])}
}

// maxInline is how many bytes of encoded attributes cost no allocation.
const maxInline = 384

// find returns the series of the attributes, nil where nobody wants metrics.
func (b *bound) find(attributes []attribute.Attribute) *series {
	i := b.instrument
	if i == nil || i.registry.off.Load() {
		return nil
	}
	if len(attributes) == 0 {
		own := b.series
		if own == nil {
			own = &i.plain
		}
		if s := own.Load(); s != nil {
			return s
		}
		s := i.find(b.prefix, true)
		own.Store(s)
		return s
	}
	var inline [maxInline]byte
	return i.find(appendAttributes(append(inline[:0], b.prefix...), attributes), false)
}

// further returns the instrument of another view, nil where there is none, as is usual.
// It is known once a series was looked for.
func (b *bound) further() *instrument {
	if b.instrument == nil {
		return nil
	}
	return b.instrument.next.Load()
}

// spread calls record with the series of i, and of those that follow it.
func (b *bound) spread(i *instrument, attributes []attribute.Attribute, record func(*series)) {
	raw := appendAttributes(slices.Clone(b.prefix), attributes)
	for ; i != nil; i = i.next.Load() {
		if s := i.find(raw, false); s != nil {
			record(s)
		}
	}
}

// add adds v to a sum.
func add[N Number](s *series, span *trace.Span, v N) {
	if isFloat[N]() && !finite(float64(v)) {
		return
	}
	c := s.cell()
	if isFloat[N]() {
		c.addFloat(s, float64(v))
	} else {
		c.addInt(s, int64(v))
	}
	c.touch()
	if s.instrument.filter.eligible(span) {
		c.offer(span, bitsOf(v))
	}
	if s.dead.Load() {
		if s = s.successor(); s != nil {
			add(s, span, v)
		}
	}
}

// set sets the value of a gauge, which has one cell.
func set[N Number](s *series, span *trace.Span, v N) {
	c := &s.first
	c.sum.Store(bitsOf(v))
	c.touch()
	if s.instrument.filter.eligible(span) {
		c.offer(span, bitsOf(v))
	}
}

// finite reports whether v is a number, and not an infinite one.
func finite(v float64) bool { return v-v == 0 }
