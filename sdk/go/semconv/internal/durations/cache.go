// Package durations finds the series of a duration metric by what its attributes are
// made of, without making them.
package durations

import (
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// slots bounds the memory of a cache. A slot has the last key that fell into it.
const slots = 256

// Cache remembers the series of recent keys. K has all that tells series apart, with
// the scope.
type Cache[K comparable] struct {
	slots [slots]atomic.Pointer[entry[K]]
}

type entry[K comparable] struct {
	key       K
	histogram *metric.Histogram[float64]
}

// Find returns the series for a key with some hash, nil where it is not remembered.
func (c *Cache[K]) Find(hash uint32, key *K) *metric.Histogram[float64] {
	if e := c.slots[hash%slots].Load(); e != nil && e.key == *key {
		return e.histogram
	}
	return nil
}

// Add returns the series of a histogram with these attributes, which is remembered
// for the key.
func (c *Cache[K]) Add(hash uint32, key *K, h *metric.Histogram[float64], attributes []attribute.Attribute) *metric.Histogram[float64] {
	e := &entry[K]{*key, h.With(attributes...)}
	c.slots[hash%slots].Store(e)
	return e.histogram
}

// Hash mixes what tells keys apart for the most part: the texts' lengths and some of
// their letters. It costs less than reading all of them.
func Hash(number int, texts ...string) uint32 {
	const prime = 16777619
	hash := uint32(2166136261) ^ uint32(number)
	for _, text := range texts {
		n := len(text)
		hash = (hash ^ uint32(n)) * prime
		if n > 0 {
			hash = (hash ^ uint32(text[0])<<16 ^ uint32(text[n/2])<<8 ^ uint32(text[n-1])) * prime
		}
	}
	return hash ^ hash>>15
}

// Start returns the time to give to Seconds, 0 where nobody wants metrics.
func Start() int64 {
	if !metric.Enabled() {
		return 0
	}
	return max(clock.Monotonic(), 1)
}

// Seconds returns the seconds from Start to a later reading of the clock.
func Seconds(start, now int64) float64 { return float64(now-start) / 1e9 }

// New returns the histogram of that name in a scope.
func New(scope *trace.Scope, name, description string, bounds []float64) *metric.Histogram[float64] {
	return metric.NewHistogram[float64](scope, name, metric.Options{Unit: "s", Description: description, Bounds: bounds})
}
