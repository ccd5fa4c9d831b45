package metric

import "math"

// data is what was recorded in a series.
type data struct {
	touched   bool
	sum       uint64 // as in a cell
	low, high float64
	count     uint64 // of buckets
	buckets   []uint64
	exemplars []*exemplar // by bucket; one for sums and gauges

	exponential          *exponential
	exponentialExemplars []*exemplar
}

// held is what a reader has of a series: all, or what it got no delivery of.
type held struct {
	data
	// sent is what was collected and not delivered, for delta temporality.
	sent *data
}

func (d *data) init(i *instrument) {
	d.low, d.high = math.Inf(1), math.Inf(-1)
	if i.explicit && d.buckets == nil {
		d.buckets = make([]uint64, len(i.bounds)+1)
	}
	if i.exponential && d.exponential == nil {
		d.exponential = new(exponential)
		d.exponential.reset()
	}
}

func (d *data) reset(i *instrument) {
	d.touched, d.sum, d.count = false, 0, 0
	clear(d.buckets)
	clear(d.exemplars)
	d.exponentialExemplars = nil
	if d.exponential != nil {
		d.exponential.reset()
	}
	d.init(i)
}

// drain adds what the cell holds, and empties it. What is recorded meanwhile may be
// drained in parts, the rest with the next drain; nothing is lost or counted twice.
func (d *data) drain(i *instrument, c *cell) {
	if i.kind == kindHistogram {
		d.drainHistogram(i, c)
	} else if c.touched.Swap(false) {
		d.touched = true
		switch {
		case i.kind == kindGauge:
			d.sum = c.sum.Load()
		case i.float:
			d.sum = addBits(d.sum, c.sum.Swap(0), true)
		default:
			d.sum += c.sum.Swap(0)
		}
	}
	if r := c.exemplars.Load(); r != nil {
		if d.exemplars == nil {
			d.exemplars = make([]*exemplar, len(r.slots))
		}
		r.drain(d.exemplars)
	}
}

func (d *data) drainHistogram(i *instrument, c *cell) {
	if i.explicit {
		for n := range c.buckets {
			count := c.buckets[n].Load()
			if count > 0 {
				count = c.buckets[n].Swap(0)
			}
			d.buckets[n] += count
			d.count += count
		}
		if d.count > 0 {
			d.touched = true
		}
		d.sum = addBits(d.sum, c.sum.Swap(0), true)
		d.low = min(d.low, math.Float64frombits(c.low.Swap(plusInf)))
		d.high = max(d.high, math.Float64frombits(c.high.Swap(minusInf)))
	}
	if i.exponential {
		taken := c.exponential.drain(d.exponential)
		d.exponentialExemplars = newest(d.exponentialExemplars, taken)
		if d.exponential.count > 0 {
			d.touched = true
		}
	}
}

// merge adds what o holds, which may change the scale of o.
func (d *data) merge(i *instrument, o *data) {
	d.touched = d.touched || o.touched
	switch {
	case i.kind == kindGauge:
		if o.touched {
			d.sum = o.sum
		}
	default:
		d.sum = addBits(d.sum, o.sum, i.float || i.kind == kindHistogram)
	}
	d.low, d.high = min(d.low, o.low), max(d.high, o.high)
	d.count += o.count
	for n := range o.buckets {
		d.buckets[n] += o.buckets[n]
	}
	if d.exponential != nil {
		d.exponential.merge(o.exponential)
		d.exponentialExemplars = newest(d.exponentialExemplars, o.exponentialExemplars)
	}
	for n, e := range o.exemplars {
		if e != nil {
			if d.exemplars == nil {
				d.exemplars = make([]*exemplar, len(o.exemplars))
			}
			d.exemplars[n] = e
		}
	}
}

// newest returns as many exemplars as a reservoir has, the later ones before the
// earlier ones.
func newest(earlier, later []*exemplar) []*exemplar {
	if len(later) == 0 {
		return earlier
	}
	all := append(later[:len(later):len(later)], earlier...)
	return all[:min(len(all), maxExemplars)]
}

// addBits adds two sums as cells hold them.
func addBits(a, b uint64, float bool) uint64 {
	if float {
		return math.Float64bits(math.Float64frombits(a) + math.Float64frombits(b))
	}
	return a + b
}

// subtractBits returns a - b of two sums as cells hold them.
func subtractBits(a, b uint64, float bool) uint64 {
	if float {
		return math.Float64bits(math.Float64frombits(a) - math.Float64frombits(b))
	}
	return a - b
}
