package trace

import (
	"slices"
	"sync/atomic"

	"go.weft.dev/sdk/internal/env"
)

// Origin is where a span's parent is, by the name that otel.span.parent.origin has for it.
type Origin uint8

// Origins.
const (
	OriginNone Origin = iota
	OriginLocal
	OriginRemote
	origins
)

// Counts are of the spans that were started (semconv otel/sdk-metrics.md).
type Counts struct {
	Sampled, Dropped [origins]int64 // by Origin
	Live             int64          // of those that record, the ones that have not ended
}

// CountedSpans returns the counts of spans. It reports false where they are not counted, as
// is the default: counting costs each span a few nanoseconds.
func CountedSpans() (Counts, bool) {
	p := configured.Load()
	if p == nil || p.counters == nil {
		return Counts{}, false
	}
	return p.counters.sum(), true
}

// counters are spread, as records are, so that processors do not get in each other's way.
type counters [16]struct {
	sampled, dropped [origins]atomic.Int64
	recorded, ended  atomic.Int64
	_                [64]byte
}

// countersFromEnv returns nil where nobody asks for the counts.
func countersFromEnv() *counters {
	if slices.Contains(env.Enums("WEFT_RUNTIME_METRICS", ""), "spans") {
		return new(counters)
	}
	return nil
}

// started counts a span that has been started with a record.
func (c *counters) started(r *record, s *Span, hasParent, remote bool) {
	origin := OriginNone
	switch {
	case hasParent && remote:
		origin = OriginRemote
	case hasParent:
		origin = OriginLocal
	}
	shard := &c[r.shard%uint32(len(c))]
	if !s.IsSampled() {
		shard.dropped[origin].Add(1)
		return
	}
	shard.sampled[origin].Add(1)
	if r.recording {
		shard.recorded.Add(1)
	}
}

// ended counts the end of a span that recorded.
func (c *counters) ended(r *record) { c[r.shard%uint32(len(c))].ended.Add(1) }

func (c *counters) sum() (sum Counts) {
	for i := range c {
		sum.Live -= c[i].ended.Load() // first, so that it is never more than were recorded
	}
	for i := range c {
		shard := &c[i]
		sum.Live += shard.recorded.Load()
		for origin := range origins {
			sum.Sampled[origin] += shard.sampled[origin].Load()
			sum.Dropped[origin] += shard.dropped[origin].Load()
		}
	}
	return sum
}
