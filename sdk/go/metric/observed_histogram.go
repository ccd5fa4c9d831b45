package metric

import (
	"slices"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/trace"
)

// An ObservableHistogram is asked for counts that somebody else keeps, such as the Go
// runtime. OpenTelemetry has no such instrument for programs.
type ObservableHistogram struct{ instrument *instrument }

// NewObservableHistogram returns the observable histogram of that name in a scope, as
// NewCounter does. Its buckets are those that are observed, for all readers.
func NewObservableHistogram(scope *trace.Scope, name string, o Options) *ObservableHistogram {
	return newObservableHistogram(&global, scope, name, o)
}

func newObservableHistogram(r *registry, scope *trace.Scope, name string, o Options) *ObservableHistogram {
	return &ObservableHistogram{r.instrument(scope, name, kindObservableHistogram, true, o)}
}

// Observe reports the counts of all buckets, since the start, to the observer that a
// callback was given. There is one more of them than bounds.
func (h *ObservableHistogram) Observe(to *Observer, counts []uint64, attributes ...attribute.Attribute) {
	if h == nil || h.instrument == nil || to == nil || to.done.Load() || len(counts) != len(h.instrument.bounds)+1 {
		return
	}
	key := canonical(appendAttributes(nil, attributes))
	for i := h.instrument; i != nil; i = i.next.Load() {
		i.observeCounts(to.reader, key, counts)
	}
}

// observeCounts notes the counts of a histogram.
func (i *instrument) observeCounts(reader int, key []byte, counts []uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.configure(i.registry.provider())
	v := i.view.Load()
	if v.drops() {
		return
	}
	if o := i.observation(reader, v.kept(key)); o != nil {
		o.counts, o.fresh = append(o.counts[:0], counts...), true
	}
}

// observedHistogram encodes what was observed. The caller holds the lock.
func (e *encoder) observedHistogram(o *observation, start int64) {
	d := data{low: 1, high: 0, buckets: slices.Clone(o.counts)} // there are no extremes
	if e.delta {
		for n, before := range o.deliveredCounts {
			d.buckets[n] -= before
		}
	}
	for _, n := range d.buckets {
		d.count += n
	}
	e.histogramPoint(o.attributes, start, &d)
}
