package metric

import (
	"math"
	"math/rand/v2"
	"sync"

	"go.weft.dev/sdk/trace"
)

// Parameters of histograms with base-2 exponential buckets
// (metrics/sdk.md#base2-exponential-bucket-histogram-aggregation).
const (
	maxBuckets = 160 // of either sign
	maxScale   = 20
	// maxExemplars is the size of their reservoirs.
	maxExemplars = 20
)

// exponential counts values in buckets whose bounds are powers of 2^(2^-scale).
type exponential struct {
	scale              int
	positive, negative exponentialBuckets
	zeros, count       uint64
	sum, low, high     float64
}

// exponentialBuckets are the counts of adjacent buckets from offset on: bucket n has
// the values in (base^n, base^(n+1)].
type exponentialBuckets struct {
	offset int
	counts []uint64
}

func (e *exponential) reset() {
	e.scale = maxScale
	e.positive.counts, e.negative.counts = e.positive.counts[:0], e.negative.counts[:0]
	e.zeros, e.count, e.sum = 0, 0, 0
	e.low, e.high = math.Inf(1), math.Inf(-1)
}

func (e *exponential) record(v float64) {
	e.count++
	e.sum += v
	e.low, e.high = min(e.low, v), max(e.high, v)
	switch {
	case v > 0:
		e.add(&e.positive, v)
	case v < 0:
		e.add(&e.negative, -v)
	default:
		e.zeros++
	}
}

func (e *exponential) add(b *exponentialBuckets, magnitude float64) {
	n := indexOf(magnitude, e.scale)
	if by := b.excess(n, n); by > 0 {
		e.downscale(by)
		n = indexOf(magnitude, e.scale)
	}
	b.grow(n, n)
	b.counts[n-b.offset]++
}

// indexOf returns the bucket of a positive value (metrics/data-model.md,
// "Producer expectations").
func indexOf(v float64, scale int) int {
	fraction, exponent := math.Frexp(v) // v = fraction * 2^exponent, 0.5 <= fraction < 1
	octave := exponent - 1
	isPower := fraction == 0.5 // a power of two is the upper bound of its bucket
	switch {
	case scale > 0 && isPower:
		return octave<<scale - 1
	case scale > 0:
		within := int(math.Log2(2*fraction) * float64(int(1)<<scale))
		return octave<<scale + min(within, 1<<scale-1)
	case isPower:
		return (octave - 1) >> -scale
	default:
		return octave >> -scale
	}
}

// excess returns by how much the scale must shrink to have the buckets from low to
// high as well.
func (b *exponentialBuckets) excess(low, high int) int {
	if len(b.counts) > 0 {
		low, high = min(low, b.offset), max(high, b.offset+len(b.counts)-1)
	}
	by := 0
	for high-low >= maxBuckets {
		low, high = low>>1, high>>1
		by++
	}
	return by
}

// grow makes b have the buckets from low to high as well.
func (b *exponentialBuckets) grow(low, high int) {
	if len(b.counts) == 0 {
		b.offset = low
	}
	if before := b.offset - low; before > 0 {
		n := len(b.counts)
		b.counts = append(b.counts, make([]uint64, before)...)
		copy(b.counts[before:], b.counts[:n])
		clear(b.counts[:before])
		b.offset = low
	}
	if after := high - b.offset + 1 - len(b.counts); after > 0 {
		b.counts = append(b.counts, make([]uint64, after)...)
	}
}

func (e *exponential) downscale(by int) {
	e.scale -= by
	e.positive.downscale(by)
	e.negative.downscale(by)
}

func (b *exponentialBuckets) downscale(by int) {
	if by == 0 || len(b.counts) == 0 {
		return
	}
	offset, last := b.offset>>by, 0
	for i, n := range b.counts {
		to := (b.offset+i)>>by - offset
		if to == i {
			last = to
			continue
		}
		b.counts[i] = 0
		b.counts[to] += n
		last = to
	}
	b.offset, b.counts = offset, b.counts[:last+1]
}

// merge adds what o holds. It may change the scale of o.
func (e *exponential) merge(o *exponential) {
	if o.count == 0 {
		return
	}
	if e.count == 0 {
		e.scale = o.scale
	}
	e.downscale(max(e.scale-o.scale, 0))
	o.downscale(max(o.scale-e.scale, 0))
	by := max(e.positive.excessOf(&o.positive), e.negative.excessOf(&o.negative))
	e.downscale(by)
	o.downscale(by)
	e.positive.merge(&o.positive)
	e.negative.merge(&o.negative)
	e.zeros += o.zeros
	e.count += o.count
	e.sum += o.sum
	e.low, e.high = min(e.low, o.low), max(e.high, o.high)
}

func (b *exponentialBuckets) excessOf(o *exponentialBuckets) int {
	if len(o.counts) == 0 {
		return 0
	}
	return b.excess(o.offset, o.offset+len(o.counts)-1)
}

func (b *exponentialBuckets) merge(o *exponentialBuckets) {
	if len(o.counts) == 0 {
		return
	}
	b.grow(o.offset, o.offset+len(o.counts)-1)
	for i, n := range o.counts {
		b.counts[o.offset+i-b.offset] += n
	}
}

// exponentialCell is the part of a cell for exponential buckets. Their scale changes
// with what is recorded, so it takes a lock, which is held for some nanoseconds.
type exponentialCell struct {
	mu        sync.Mutex
	data      exponential
	seen      int // values offered as exemplars
	exemplars []*exemplar
}

func newExponentialCell() *exponentialCell {
	c := new(exponentialCell)
	c.data.reset()
	return c
}

func (c *exponentialCell) record(s *series, v float64, span *trace.Span, eligible bool) {
	if !c.mu.TryLock() {
		s.contended()
		c.mu.Lock()
	}
	c.data.record(v)
	if eligible {
		c.offer(v, span)
	}
	c.mu.Unlock()
}

// offer samples uniformly among all values since the last drain
// (metrics/sdk.md#simplefixedsizeexemplarreservoir).
func (c *exponentialCell) offer(v float64, span *trace.Span) {
	c.seen++
	if len(c.exemplars) < maxExemplars {
		c.exemplars = append(c.exemplars, newExemplar(span, math.Float64bits(v)))
	} else if n := rand.IntN(c.seen); n < maxExemplars {
		c.exemplars[n] = newExemplar(span, math.Float64bits(v))
	}
}

// drain adds what was recorded to data, and returns the exemplars.
func (c *exponentialCell) drain(data *exponential) []*exemplar {
	c.mu.Lock()
	defer c.mu.Unlock()
	data.merge(&c.data)
	c.data.reset()
	exemplars := c.exemplars
	c.exemplars, c.seen = nil, 0
	return exemplars
}

func (c *exponentialCell) empty() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.data.count == 0
}
