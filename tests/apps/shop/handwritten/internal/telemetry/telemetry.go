// Package telemetry instruments the shop by hand, with the OpenTelemetry SDK and the libraries that
// its registry lists, as their documentation shows.
package telemetry

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/XSAM/otelsql"
	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

// Start sets up tracing, metrics and logging. What it returns ships what is left.
func Start(ctx context.Context, service string) (stop func(), err error) {
	spans, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	measurements, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return nil, err
	}
	described, err := resource.New(ctx,
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithOS(), resource.WithProcess(), resource.WithContainer(),
		resource.WithAttributes(semconv.ServiceName(service)), resource.WithFromEnv(),
	)
	if err != nil {
		return nil, err
	}
	tracing := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans), sdktrace.WithResource(described))
	metering := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(measurements)), metric.WithResource(described))
	otel.SetTracerProvider(tracing)
	otel.SetMeterProvider(metering)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	if err := runtime.Start(); err != nil {
		return nil, err
	}
	slog.SetDefault(slog.New(idHandler{slog.NewJSONHandler(os.Stdout, nil)}).With("service", service))
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(tracing.Shutdown(ctx), metering.Shutdown(ctx)); err != nil {
			slog.Error("telemetry not shipped", "error", err)
		}
	}, nil
}

// idHandler puts the ids of the context's span on records.
type idHandler struct{ slog.Handler }

// Handle adds the ids.
func (h idHandler) Handle(ctx context.Context, r slog.Record) error {
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
		r.AddAttrs(slog.String("trace_id", sc.TraceID().String()), slog.String("span_id", sc.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the handler around.
func (h idHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return idHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the handler around.
func (h idHandler) WithGroup(name string) slog.Handler { return idHandler{h.Handler.WithGroup(name)} }

// Server wraps a handler.
func Server(h http.Handler) http.Handler { return otelhttp.NewHandler(h, "server") }

// Transport is for clients.
func Transport() http.RoundTripper { return otelhttp.NewTransport(http.DefaultTransport) }

// SQLite opens a database, with spans of statements and transactions only.
func SQLite(dsn string) (*sql.DB, error) {
	return otelsql.Open("sqlite", dsn,
		otelsql.WithAttributes(semconv.DBSystemNameSQLite),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			OmitConnResetSession: true, OmitConnectorConnect: true, OmitRows: true, OmitConnPrepare: true,
			DisableErrSkip: true,
		}),
	)
}

// Redis returns a client of the server at address.
func Redis(address string) (*redis.Client, error) {
	client := redis.NewClient(&redis.Options{Addr: address})
	return client, errors.Join(redisotel.InstrumentTracing(client), redisotel.InstrumentMetrics(client))
}
