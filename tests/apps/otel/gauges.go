//go:build !lowest

package main

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// gauges uses what the API has since 1.27.
func gauges(ctx context.Context) {
	must(meter.Int64Gauge("app.last")).Record(ctx, 1)
	must(meter.Int64Gauge("app.last")).Record(ctx, 42)
	must(meter.Float64Gauge("app.ratio")).Record(ctx, 0.125, metric.WithAttributes(attribute.Bool("fresh", true)))
}
