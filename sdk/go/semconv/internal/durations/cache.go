// Package durations finds the series of a duration metric, and what else belongs to it,
// by what its attributes are made of, without making them.
package durations

import (
	"sync/atomic"

	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// slots bounds the memory of a cache.
const slots = 256

// Cache remembers what belongs to recent keys, such as their series. K has all that
// tells keys apart, with the scope. Each key has two slots that it may be in, so that
// of the few that a program has hardly any two take turns in one.
type Cache[K comparable, V any] struct {
	slots [slots]atomic.Pointer[entry[K, V]]
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func (c *Cache[K, V]) slotsOf(hash uint32) (first, second *atomic.Pointer[entry[K, V]]) {
	return &c.slots[hash%slots], &c.slots[hash/slots%slots]
}

// Find returns what is remembered for a key with some hash, nil where there is nothing.
func (c *Cache[K, V]) Find(hash uint32, key *K) *V {
	first, second := c.slotsOf(hash)
	if e := first.Load(); e != nil && e.key == *key {
		return &e.value
	}
	if e := second.Load(); e != nil && e.key == *key {
		return &e.value
	}
	return nil
}

// Add remembers a value for a key, in place of another one where both of its slots
// are taken, and returns it.
func (c *Cache[K, V]) Add(hash uint32, key *K, value V) *V {
	slot, second := c.slotsOf(hash)
	if slot.Load() != nil && second.Load() == nil {
		slot = second
	}
	e := &entry[K, V]{*key, value}
	slot.Store(e)
	return &e.value
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
