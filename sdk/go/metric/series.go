package metric

import (
	"math"
	"sync/atomic"
	"time"
	"unsafe"

	"go.weft.dev/sdk/trace"
)

// series is what is recorded with one set of attributes. It begins with one cell,
// and gets more when processors are seen to get in each other's way.
type series struct {
	instrument *instrument
	attributes []byte // in canonical form
	start      int64  // nanoseconds since 1970
	mask       atomic.Uint32
	dead       atomic.Bool // taken out of the instrument
	more       []atomic.Pointer[cell]

	// Under the instrument's lock.
	pinned bool // somebody keeps it
	idle   int  // deliveries without a value
	held   []held

	_     [64]byte // keeps what is written often away from what is only read
	first cell
}

// cell is a shard of a series. It holds what was recorded since it was last drained.
type cell struct {
	touched atomic.Bool
	// sum is an int64, or a float64; the last value of a gauge.
	sum atomic.Uint64
	// low and high are the float64 extremes of a histogram with explicit buckets.
	low, high   atomic.Uint64
	buckets     []atomic.Uint64
	exponential *exponentialCell
	exemplars   atomic.Pointer[reservoir]
	_           [64]byte
}

var (
	plusInf  = math.Float64bits(math.Inf(1))
	minusInf = math.Float64bits(math.Inf(-1))
)

// newSeries returns a series with canonical attributes. The caller holds the lock.
func (i *instrument) newSeries(attributes []byte) *series {
	s := &series{instrument: i, attributes: attributes, start: time.Now().UnixNano(), held: make([]held, len(i.last))}
	s.first.init(i)
	for n := range s.held {
		s.held[n].init(i)
	}
	return s
}

func (c *cell) init(i *instrument) {
	if i.explicit {
		c.buckets = make([]atomic.Uint64, len(i.bounds)+1)
		c.low.Store(plusInf)
		c.high.Store(minusInf)
	}
	if i.exponential {
		c.exponential = newExponentialCell()
	}
}

// cell returns the shard for this goroutine. It tells goroutines apart by their
// stacks, which costs less than asking for the processor.
func (s *series) cell() *cell {
	mask := s.mask.Load()
	if mask == 0 {
		return &s.first
	}
	const golden = 0x9E3779B97F4A7C15
	var onStack byte
	n := uint32(uint64(uintptr(unsafe.Pointer(&onStack))>>11)*golden>>32) & mask
	if n == 0 {
		return &s.first
	}
	if c := s.more[n-1].Load(); c != nil {
		return c
	}
	c := new(cell)
	c.init(s.instrument)
	if s.more[n-1].CompareAndSwap(nil, c) {
		return c
	}
	return s.more[n-1].Load()
}

// contended is called where another goroutine got in the way.
func (s *series) contended() {
	i := s.instrument
	if i.shards < 2 || s.mask.Load() != 0 || !i.mu.TryLock() {
		return
	}
	defer i.mu.Unlock()
	if s.mask.Load() == 0 {
		s.more = make([]atomic.Pointer[cell], i.shards-1)
		s.mask.Store(i.shards - 1)
	}
}

// successor returns the series that takes the place of s, which was found dead after
// something was recorded in it, nil where what was recorded has been seen.
func (s *series) successor() *series {
	i := s.instrument
	i.mu.Lock()
	dead := s.dead.Load()
	i.mu.Unlock()
	if !dead {
		return nil
	}
	return i.find(s.attributes, false)
}

// touch notes that there is a value, after it was added: see drain.
func (c *cell) touch() {
	if !c.touched.Load() {
		c.touched.Store(true)
	}
}

func (c *cell) addInt(s *series, v int64) {
	old := c.sum.Load()
	if !c.sum.CompareAndSwap(old, old+uint64(v)) {
		s.contended()
		c.sum.Add(uint64(v))
	}
}

func (c *cell) addFloat(s *series, v float64) {
	for {
		old := c.sum.Load()
		if c.sum.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v)) {
			return
		}
		s.contended()
	}
}

// extend widens the range of a histogram.
func (c *cell) extend(v float64) {
	for {
		low := c.low.Load()
		if v >= math.Float64frombits(low) || c.low.CompareAndSwap(low, math.Float64bits(v)) {
			break
		}
	}
	for {
		high := c.high.Load()
		if v <= math.Float64frombits(high) || c.high.CompareAndSwap(high, math.Float64bits(v)) {
			break
		}
	}
}

// record counts v in a histogram. Values that are not finite belong to no bucket.
func (s *series) record(span *trace.Span, v float64) {
	if !finite(v) {
		return
	}
	i, c := s.instrument, s.cell()
	eligible := i.filter.eligible(span)
	if i.exponential {
		c.exponential.record(s, v, span, eligible)
	}
	if i.explicit {
		n := bucketOf(i.bounds, v)
		c.addFloat(s, v)
		c.extend(v)
		count := c.buckets[n].Add(1) // last: what has no count is not drained
		if eligible {
			c.offerBucket(n, count, span, v)
		}
	}
	if s.dead.Load() {
		if s = s.successor(); s != nil {
			s.record(span, v)
		}
	}
}

// bucketOf returns the index of the first bound that is not below v.
func bucketOf(bounds []float64, v float64) int {
	low, high := 0, len(bounds)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if bounds[middle] < v {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
