package global

import (
	"context"

	"go.opentelemetry.io/otel/metric"
	"go.weft.dev/plugins/otel/api"
	"go.weft.dev/sdk/attribute"
	weft "go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// few is how many attributes cost no allocation of their own.
const few = 8

// The runtime's instruments for users of the API. Each has the API's own one within, to which it hands over when
// the program configures a provider, and which has what later versions of the API may add.

type int64Counter struct {
	metric.Int64Counter
	own *weft.Counter[int64]
}

// beforeInt64Counter hooks (*meter).Int64Counter.
func beforeInt64Counter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64CounterOption) *int64Counter {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64CounterConfig(options...)
	return &int64Counter{own: weft.NewCounter[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterInt64Counter(i *int64Counter, within metric.Int64Counter) metric.Int64Counter {
	i.Int64Counter = within
	return i
}

func (i *int64Counter) Add(ctx context.Context, v int64, options ...metric.AddOption) {
	if IsConfigured() {
		i.Int64Counter.Add(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Add(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewAddConfig(options).Attributes())...)
}

func (i *int64Counter) Enabled(ctx context.Context) bool { return Enabled(ctx, i.Int64Counter) }

type float64Counter struct {
	metric.Float64Counter
	own *weft.Counter[float64]
}

// beforeFloat64Counter hooks (*meter).Float64Counter.
func beforeFloat64Counter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64CounterOption) *float64Counter {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64CounterConfig(options...)
	return &float64Counter{own: weft.NewCounter[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterFloat64Counter(i *float64Counter, within metric.Float64Counter) metric.Float64Counter {
	i.Float64Counter = within
	return i
}

func (i *float64Counter) Add(ctx context.Context, v float64, options ...metric.AddOption) {
	if IsConfigured() {
		i.Float64Counter.Add(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Add(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewAddConfig(options).Attributes())...)
}

func (i *float64Counter) Enabled(ctx context.Context) bool { return Enabled(ctx, i.Float64Counter) }

type int64UpDownCounter struct {
	metric.Int64UpDownCounter
	own *weft.UpDownCounter[int64]
}

// beforeInt64UpDownCounter hooks (*meter).Int64UpDownCounter.
func beforeInt64UpDownCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64UpDownCounterOption) *int64UpDownCounter {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64UpDownCounterConfig(options...)
	return &int64UpDownCounter{own: weft.NewUpDownCounter[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterInt64UpDownCounter(i *int64UpDownCounter, within metric.Int64UpDownCounter) metric.Int64UpDownCounter {
	i.Int64UpDownCounter = within
	return i
}

func (i *int64UpDownCounter) Add(ctx context.Context, v int64, options ...metric.AddOption) {
	if IsConfigured() {
		i.Int64UpDownCounter.Add(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Add(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewAddConfig(options).Attributes())...)
}

func (i *int64UpDownCounter) Enabled(ctx context.Context) bool {
	return Enabled(ctx, i.Int64UpDownCounter)
}

type float64UpDownCounter struct {
	metric.Float64UpDownCounter
	own *weft.UpDownCounter[float64]
}

// beforeFloat64UpDownCounter hooks (*meter).Float64UpDownCounter.
func beforeFloat64UpDownCounter(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64UpDownCounterOption) *float64UpDownCounter {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64UpDownCounterConfig(options...)
	return &float64UpDownCounter{own: weft.NewUpDownCounter[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterFloat64UpDownCounter(i *float64UpDownCounter, within metric.Float64UpDownCounter) metric.Float64UpDownCounter {
	i.Float64UpDownCounter = within
	return i
}

func (i *float64UpDownCounter) Add(ctx context.Context, v float64, options ...metric.AddOption) {
	if IsConfigured() {
		i.Float64UpDownCounter.Add(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Add(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewAddConfig(options).Attributes())...)
}

func (i *float64UpDownCounter) Enabled(ctx context.Context) bool {
	return Enabled(ctx, i.Float64UpDownCounter)
}

type int64Histogram struct {
	metric.Int64Histogram
	own *weft.Histogram[int64]
}

// beforeInt64Histogram hooks (*meter).Int64Histogram.
func beforeInt64Histogram(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64HistogramOption) *int64Histogram {
	if IsConfigured() {
		return nil
	}
	c := metric.NewInt64HistogramConfig(options...)
	return &int64Histogram{own: weft.NewHistogram[int64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(), Bounds: c.ExplicitBucketBoundaries(),
	})}
}

func afterInt64Histogram(i *int64Histogram, within metric.Int64Histogram) metric.Int64Histogram {
	i.Int64Histogram = within
	return i
}

func (i *int64Histogram) Record(ctx context.Context, v int64, options ...metric.RecordOption) {
	if IsConfigured() {
		i.Int64Histogram.Record(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Record(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewRecordConfig(options).Attributes())...)
}

func (i *int64Histogram) Enabled(ctx context.Context) bool { return Enabled(ctx, i.Int64Histogram) }

type float64Histogram struct {
	metric.Float64Histogram
	own *weft.Histogram[float64]
}

// beforeFloat64Histogram hooks (*meter).Float64Histogram.
func beforeFloat64Histogram(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64HistogramOption) *float64Histogram {
	if IsConfigured() {
		return nil
	}
	c := metric.NewFloat64HistogramConfig(options...)
	return &float64Histogram{own: weft.NewHistogram[float64](Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(), Bounds: c.ExplicitBucketBoundaries(),
	})}
}

func afterFloat64Histogram(i *float64Histogram, within metric.Float64Histogram) metric.Float64Histogram {
	i.Float64Histogram = within
	return i
}

func (i *float64Histogram) Record(ctx context.Context, v float64, options ...metric.RecordOption) {
	if IsConfigured() {
		i.Float64Histogram.Record(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Record(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewRecordConfig(options).Attributes())...)
}

func (i *float64Histogram) Enabled(ctx context.Context) bool { return Enabled(ctx, i.Float64Histogram) }
