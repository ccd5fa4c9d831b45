package metric

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/trace"
)

// filter says which values may become exemplars (metrics/sdk.md#exemplarfilter).
type filter uint8

const (
	filterTraceBased filter = iota // those of sampled spans
	filterAlwaysOn
	filterAlwaysOff
)

func filterFromEnv() filter {
	const name, def = "OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"
	switch v := env.Enum(name, def); v {
	case "trace_based":
		return filterTraceBased
	case "always_on":
		return filterAlwaysOn
	case "always_off":
		return filterAlwaysOff
	default:
		env.Bad(name, v, def)
		return filterTraceBased
	}
}

func (f filter) eligible(span *trace.Span) bool {
	if f == filterTraceBased {
		return span.IsSampled()
	}
	return f == filterAlwaysOn
}

// exemplar is one value of those that a data point stands for.
type exemplar struct {
	value uint64 // as in a cell
	time  int64  // nanoseconds since 1970
	trace trace.TraceID
	span  trace.SpanID
}

func newExemplar(span *trace.Span, value uint64) *exemplar {
	return &exemplar{value: value, time: time.Now().UnixNano(), trace: span.TraceID(), span: span.SpanID()}
}

// reservoir keeps one value for each bucket of a histogram, or one in all for a sum
// or gauge: each of those that were seen since it was drained with the same
// probability (metrics/sdk.md#alignedhistogrambucketexemplarreservoir,
// #simplefixedsizeexemplarreservoir).
type reservoir struct {
	seen  atomic.Uint64 // by sums and gauges
	slots []slot
}

type slot struct {
	next  atomic.Uint64 // the number of the value that is taken next
	taken atomic.Pointer[exemplar]
}

// reservoir returns the cell's reservoir, which the first call makes.
func (c *cell) reservoir(slots int) *reservoir {
	if r := c.exemplars.Load(); r != nil {
		return r
	}
	c.exemplars.CompareAndSwap(nil, &reservoir{slots: make([]slot, slots)})
	return c.exemplars.Load()
}

// offer offers a value of a sum or gauge.
func (c *cell) offer(span *trace.Span, value uint64) {
	r := c.reservoir(1)
	r.slots[0].offer(r.seen.Add(1), span, value)
}

// offerBucket offers a value of a histogram, the count-th of its bucket.
func (c *cell) offerBucket(bucket int, count uint64, span *trace.Span, v float64) {
	r := c.reservoir(len(c.buckets))
	if s := &r.slots[bucket]; count >= s.next.Load() {
		s.offer(count, span, math.Float64bits(v))
	}
}

// offer takes the value if it is its turn. Of n values the last one is kept with
// probability 1/n; which one is next follows from that at once, so that most values
// cost no random number.
func (s *slot) offer(n uint64, span *trace.Span, value uint64) {
	if n < s.next.Load() {
		return
	}
	s.taken.Store(newExemplar(span, value))
	later := float64(n) / (1 - rand.Float64()) // by a number of (0, 1]
	s.next.Store(uint64(min(later, 1<<62)) + 1)
}

// drain moves what was taken to exemplars, which has a place for each slot.
func (r *reservoir) drain(exemplars []*exemplar) {
	r.seen.Store(0)
	for i := range r.slots {
		r.slots[i].next.Store(0)
		if e := r.slots[i].taken.Swap(nil); e != nil && (exemplars[i] == nil || e.time > exemplars[i].time) {
			exemplars[i] = e
		}
	}
}
