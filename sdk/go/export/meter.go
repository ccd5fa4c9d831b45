package export

import "go.weft.dev/sdk/internal/queue"

// MetricReader says in which form one exporter wants metrics.
type MetricReader struct {
	// Delta asks for the change since the last delivery of what counters and
	// histograms hold, in place of the total.
	Delta bool
	// DeltaObserved asks the same of observable counters.
	DeltaObserved bool
	// Exponential asks for histograms with base-2 exponential buckets.
	Exponential bool
}

// Metric is what one instrument holds, for one reader.
type Metric struct {
	Scope  *queue.Scope
	Bytes  []byte // the field ScopeMetrics.metrics: tag, length, Metric
	Points int
	// Delivered, if not nil, is to be called when a backend has accepted the metric:
	// until then, what it holds is part of what the reader gets next. It must not be
	// called once the reader has collected again.
	Delivered func()
}

// MetricReaders returns what the exporters want, none where metrics are not wanted.
// collect returns the metrics of the reader with that index.
func MetricReaders(collect func(reader int) []Metric) []MetricReader { return nil }

// MetricsUsed says that there is something to ship.
func MetricsUsed() {}
