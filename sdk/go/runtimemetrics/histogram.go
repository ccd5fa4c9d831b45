package runtimemetrics

import (
	"runtime/metrics"

	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// histogram is one that the Go runtime keeps. Of its bounds, of which there are more
// than a hundred, every one is left out that is less than twice the one before, and
// those beyond what is of interest.
type histogram struct {
	reading    string
	instrument *metric.ObservableHistogram
	bounds     []float64
	counts     []uint64
}

const leastBound, largestBound = 1e-6, 10 // seconds

// newHistogram returns nil for a histogram that this version of Go does not have.
func newHistogram(r *readings, reading string, scope *trace.Scope, name, description string) *histogram {
	h := r.histogram(reading)
	if h == nil {
		return nil
	}
	bounds := boundsOf(h.Buckets)
	return &histogram{
		reading: reading, bounds: bounds, counts: make([]uint64, len(bounds)+1),
		instrument: metric.NewObservableHistogram(scope, name, metric.Options{Unit: "s", Description: description, Bounds: bounds}),
	}
}

// histogram returns a histogram that was read.
func (r *readings) histogram(name string) *metrics.Float64Histogram {
	if v := r.samples[r.index[name]].Value; v.Kind() == metrics.KindFloat64Histogram {
		return v.Float64Histogram()
	}
	return nil
}

// boundsOf chooses among the bounds of a histogram.
func boundsOf(buckets []float64) []float64 {
	bounds := []float64{}
	for _, b := range buckets {
		if b >= leastBound && b <= largestBound && (len(bounds) == 0 || b >= 2*bounds[len(bounds)-1]) {
			bounds = append(bounds, b)
		}
	}
	return bounds
}

// sumUp sets counts to those of the buckets between bounds, of which each is one of
// the histogram's.
func sumUp(h *metrics.Float64Histogram, bounds []float64, counts []uint64) {
	clear(counts)
	n := 0
	for i, count := range h.Counts {
		for n < len(bounds) && h.Buckets[i] >= bounds[n] {
			n++
		}
		counts[n] += count
	}
}

func (h *histogram) observe(to *metric.Observer, r *readings) {
	if h == nil {
		return
	}
	if read := r.histogram(h.reading); read != nil {
		sumUp(read, h.bounds, h.counts)
		h.instrument.Observe(to, h.counts)
	}
}
