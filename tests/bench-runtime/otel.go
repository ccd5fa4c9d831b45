package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// startSDK sets up the SDK as its documentation does: OTLP/HTTP, batches, the defaults of each.
func startSDK(options ...sdktrace.TracerProviderOption) (ship func(), err error) {
	spans, err := otlptracehttp.New(background)
	if err != nil {
		return nil, err
	}
	measurements, err := otlpmetrichttp.New(background)
	if err != nil {
		return nil, err
	}
	tracing := sdktrace.NewTracerProvider(append(options, sdktrace.WithBatcher(spans))...)
	metering := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(measurements)))
	otel.SetTracerProvider(tracing)
	otel.SetMeterProvider(metering)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return func() {
		err := tracing.ForceFlush(background)
		if os.Getenv("OTEL_METRICS_EXPORTER") == "otlp" {
			err = errors.Join(err, metering.ForceFlush(background))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}, nil
}

func sdkSpan() (func(), func(), error) { return sdkChild(sdkOperation) }

func sdkUnsampled() (func(), func(), error) {
	return sdkChild(sdkUnsampledOperation, sdktrace.WithSampler(sdktrace.NeverSample()))
}

func sdkChild(
	operation func(context.Context, trace.Tracer), options ...sdktrace.TracerProviderOption,
) (func(), func(), error) {
	ship, err := startSDK(options...)
	if err != nil {
		return nil, nil, err
	}
	tracer := otel.Tracer("bench")
	ctx, _ := tracer.Start(background, "GET /orders/{id}", trace.WithSpanKind(trace.SpanKindServer))
	return func() { operation(ctx, tracer) }, ship, nil
}

func sdkOperation(ctx context.Context, tracer trace.Tracer) {
	_, span := tracer.Start(ctx, "SELECT orders",
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(otelEight()...))
	span.End()
}

func sdkUnsampledOperation(ctx context.Context, tracer trace.Tracer) {
	_, span := tracer.Start(ctx, "SELECT orders", trace.WithSpanKind(trace.SpanKindClient))
	if span.IsRecording() {
		span.SetAttributes(otelEight()...)
	}
	span.End()
}

func otelEight() []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("http.request.method", "GET"),
		attribute.String("url.path", "/orders/17"),
		attribute.String("url.scheme", "http"),
		attribute.String("server.address", "shop.example"),
		attribute.Int("server.port", 8080),
		attribute.String("network.protocol.version", "1.1"),
		attribute.String("http.route", "/orders/{id}"),
		attribute.Int("http.response.status_code", 200),
	}
}
