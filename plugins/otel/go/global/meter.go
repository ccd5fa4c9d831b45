package global

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"
	"go.weft.dev/plugins/otel/api"
	weft "go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// measures says that the program has configured a provider of meters.
var measures atomic.Bool

// beforeSetMeters hooks (*meterProvider).setDelegate.
func beforeSetMeters() { measures.Store(true) }

// IsConfigured reports whether the program has configured a provider of meters: then the runtime's instruments
// hand over to those of the API.
func IsConfigured() bool { return measures.Load() }

// Scope returns the scope of a meter.
func Scope(meter string, options []metric.MeterOption) *trace.Scope {
	version := ""
	if len(options) > 0 {
		c := metric.NewMeterConfig(options...)
		version = c.InstrumentationVersion()
	}
	return api.Scope(meter, version)
}

// Enabled answers for an instrument whose values the runtime takes unless the program configures a provider.
// The API asks since 1.40.
func Enabled(ctx context.Context, instrument any) bool {
	if !measures.Load() {
		return weft.Enabled()
	}
	i, ok := instrument.(interface{ Enabled(context.Context) bool })
	return !ok || i.Enabled(ctx)
}
