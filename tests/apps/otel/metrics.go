package main

import (
	"context"
	"log"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// measure uses the instruments of the API.
func measure() {
	ctx, span := tracer.Start(context.Background(), "measure")
	red := metric.WithAttributes(attribute.String("colour", "red"), attribute.Int("size", 2))
	set := metric.WithAttributeSet(attribute.NewSet(attribute.String("colour", "blue")))

	orders := must(meter.Int64Counter("app.orders", metric.WithUnit("{order}"), metric.WithDescription("Orders taken.")))
	orders.Add(ctx, 2, red)
	orders.Add(ctx, 3, red)
	orders.Add(ctx, 4, set)
	again := must(meter.Int64Counter("app.orders", metric.WithUnit("{order}"), metric.WithDescription("Orders taken.")))
	again.Add(ctx, 1, set)
	must(meter.Float64Counter("app.weight", metric.WithUnit("kg"))).Add(ctx, 1.5)
	must(meter.Int64UpDownCounter("app.queued")).Add(ctx, -3)
	must(meter.Float64UpDownCounter("app.level")).Add(ctx, -0.5)
	must(meter.Int64Histogram("app.size", metric.WithExplicitBucketBoundaries(1, 10))).Record(ctx, 5, red)
	must(meter.Float64Histogram("app.duration", metric.WithUnit("s"))).Record(ctx, 0.25)

	must(meter.Int64ObservableCounter("app.seen", metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(7, red)
		return nil
	})))
	must(meter.Float64ObservableGauge("app.heat", metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
		o.Observe(36.6)
		return nil
	})))
	open := must(meter.Int64ObservableUpDownCounter("app.open"))
	load := must(meter.Float64ObservableUpDownCounter("app.load"))
	must(meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(open, 11)
		o.ObserveFloat64(load, 0.75, set)
		return nil
	}, open, load))
	idle := must(meter.Int64ObservableGauge("app.idle"))
	spent := must(meter.Float64ObservableCounter("app.spent"))
	registration := must(meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(idle, 1)
		o.ObserveFloat64(spent, 1)
		return nil
	}, idle, spent))
	if err := registration.Unregister(); err != nil {
		log.Fatal(err)
	}
	gauges(ctx)
	span.End()
}
