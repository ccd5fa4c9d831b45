// Package gauge makes the metrics of programs that use the API's gauges, which it has since 1.27. It is as package
// global otherwise.
package gauge

import (
	"context"

	"go.opentelemetry.io/otel/metric"
	"go.weft.dev/plugins/otel/api"
	"go.weft.dev/plugins/otel/global"
	"go.weft.dev/sdk/attribute"
	weft "go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// few is how many attributes cost no allocation of their own.
const few = 8

type int64Gauge struct {
	metric.Int64Gauge
	own *weft.Gauge[int64]
}

// beforeInt64Gauge hooks (*meter).Int64Gauge.
func beforeInt64Gauge(meter string, meterOptions []metric.MeterOption, name string, options []metric.Int64GaugeOption) *int64Gauge {
	if global.IsConfigured() {
		return nil
	}
	c := metric.NewInt64GaugeConfig(options...)
	return &int64Gauge{own: weft.NewGauge[int64](global.Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterInt64Gauge(i *int64Gauge, within metric.Int64Gauge) metric.Int64Gauge {
	i.Int64Gauge = within
	return i
}

func (i *int64Gauge) Record(ctx context.Context, v int64, options ...metric.RecordOption) {
	if global.IsConfigured() {
		i.Int64Gauge.Record(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Record(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewRecordConfig(options).Attributes())...)
}

func (i *int64Gauge) Enabled(ctx context.Context) bool { return global.Enabled(ctx, i.Int64Gauge) }

type float64Gauge struct {
	metric.Float64Gauge
	own *weft.Gauge[float64]
}

// beforeFloat64Gauge hooks (*meter).Float64Gauge.
func beforeFloat64Gauge(meter string, meterOptions []metric.MeterOption, name string, options []metric.Float64GaugeOption) *float64Gauge {
	if global.IsConfigured() {
		return nil
	}
	c := metric.NewFloat64GaugeConfig(options...)
	return &float64Gauge{own: weft.NewGauge[float64](global.Scope(meter, meterOptions), name, weft.Options{
		Unit: c.Unit(), Description: c.Description(),
	})}
}

func afterFloat64Gauge(i *float64Gauge, within metric.Float64Gauge) metric.Float64Gauge {
	i.Float64Gauge = within
	return i
}

func (i *float64Gauge) Record(ctx context.Context, v float64, options ...metric.RecordOption) {
	if global.IsConfigured() {
		i.Float64Gauge.Record(ctx, v, options...)
		return
	}
	var buffer [few]attribute.Attribute
	i.own.Record(trace.Parent(ctx), v, api.AppendSet(buffer[:0], metric.NewRecordConfig(options).Attributes())...)
}

func (i *float64Gauge) Enabled(ctx context.Context) bool { return global.Enabled(ctx, i.Float64Gauge) }
