package export

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/otlpjson"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/resource"
)

// MetricReader says in which form one exporter wants metrics.
type MetricReader struct {
	// Delta asks for the change since the last delivery of what counters and
	// histograms hold, in place of the total.
	Delta bool
	// DeltaObserved asks the same of observable counters.
	DeltaObserved bool
	// Exponential asks for histograms with base-2 exponential buckets.
	Exponential bool
	// Explicit says that there is no form for others than explicit buckets.
	Explicit bool
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

var metrics = signal{
	env: "METRICS", items: "metrics", exporter: "otlp", others: []string{"prometheus"}, message: otlpjson.Metrics,
	path: "v1/metrics", method: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
}

// metering is what exports metrics. Its timer is made when the program starts, as
// those of queued signals are.
var metering struct {
	configure sync.Once
	create    sync.Once
	timer     *time.Timer

	// Set by configure.
	wants    []MetricReader
	periodic []*periodic
	interval time.Duration

	ready atomic.Bool // the above is set
	used  atomic.Bool // there is something to ship
}

func init() { metricsTimer() }

// metricsTimer returns the timer of periodic readers.
func metricsTimer() *time.Timer {
	metering.create.Do(func() {
		metering.timer = time.AfterFunc(time.Hour, tick)
		metering.timer.Stop()
	})
	return metering.timer
}

// MetricReaders returns what the exporters want, none where metrics are not wanted.
// The first call reads the environment, and from then on collect is called for the
// reader of an index to get the metrics for it.
func MetricReaders(collect func(reader int) []Metric) []MetricReader {
	metering.configure.Do(func() {
		// What starts here is the runtime's own.
		labels := goroutine.Save()
		goroutine.Suppress()
		defer goroutine.Restore(labels)
		configureMetrics(collect)
	})
	return metering.wants
}

func configureMetrics(collect func(reader int) []Metric) {
	if env.Bool("OTEL_SDK_DISABLED") {
		return
	}
	interval, timeout := metricTimesFromEnv()
	metering.interval = interval
	for _, e := range metrics.exportersFromEnv() {
		index := len(metering.wants)
		p := newPeriodic(e, func() []Metric { return collect(index) }, resource.Encoded, interval, timeout)
		metering.periodic = append(metering.periodic, p)
		metering.wants = append(metering.wants, readerOf(e))
	}
	if slices.Contains(env.Enums("OTEL_METRICS_EXPORTER", metrics.exporter), "prometheus") {
		index := len(metering.wants)
		if servePrometheus(func() []Metric { return collect(index) }, resource.Encoded) {
			metering.wants = append(metering.wants, MetricReader{Explicit: true})
		}
	}
	metering.ready.Store(true)
	if len(metering.periodic) > 0 {
		onFlush(flushMetrics)
		start := func() { metricsTimer().Reset(interval) }
		if goroutine.InBubble() {
			goroutine.OutOfBubble(start)
		} else {
			start()
		}
	}
}

// metricTimesFromEnv returns the times of periodic readers
// (configuration/sdk-environment-variables.md#periodic-exporting-metricreader).
func metricTimesFromEnv() (interval, timeout time.Duration) {
	interval = env.Millis("OTEL_METRIC_EXPORT_INTERVAL", time.Minute)
	return max(interval, time.Millisecond), env.Timeout("OTEL_METRIC_EXPORT_TIMEOUT", 30*time.Second)
}

// readerOf returns what an exporter wants (metrics/sdk_exporters/otlp.md).
func readerOf(e exporter) (r MetricReader) {
	var prefix string
	switch e := e.(type) {
	case *httpExporter:
		prefix = e.config.prefix
	case *grpcExporter:
		prefix = e.config.prefix
	default:
		return r
	}
	temporality, aggregation := prefix+"TEMPORALITY_PREFERENCE", prefix+"DEFAULT_HISTOGRAM_AGGREGATION"
	const cumulative, explicit = "cumulative", "explicit_bucket_histogram"
	switch v := env.Enum(temporality, cumulative); v {
	case cumulative:
	case "delta":
		r.Delta, r.DeltaObserved = true, true
	case "lowmemory":
		r.Delta = true
	default:
		env.Bad(temporality, v, cumulative)
	}
	switch v := env.Enum(aggregation, explicit); v {
	case explicit:
	case "base2_exponential_bucket_histogram":
		r.Exponential = true
	default:
		env.Bad(aggregation, v, explicit)
	}
	return r
}

// MetricsUsed says that there is something to ship that the program made: metrics of
// the runtime alone are no reason to hold up its end.
func MetricsUsed() {
	if !metering.used.Load() && metering.ready.Load() && len(metering.periodic) > 0 {
		metering.used.Store(true)
		started()
	}
}

// tick has all periodic readers export, each on its own, and is called again after
// the interval.
func tick() {
	metricsTimer().Reset(metering.interval)
	metering.used.Store(true)
	started()
	goroutine.Suppress()
	for _, p := range metering.periodic {
		go p.run()
	}
}

// flushMetrics has all periodic readers export what there is now.
func flushMetrics(ctx context.Context) {
	if !metering.used.Load() {
		return
	}
	var all sync.WaitGroup
	for _, p := range metering.periodic {
		all.Add(1)
		go func() {
			defer all.Done()
			p.flush(ctx)
		}()
	}
	all.Wait()
}

// MetricStats returns the counts of data points. None are queued, and none dropped.
func MetricStats() (s Stats) {
	if !metering.ready.Load() {
		return s
	}
	for _, p := range metering.periodic {
		s.Exported += p.exported.Load()
		s.Failed += p.failed.Load()
	}
	return s
}
