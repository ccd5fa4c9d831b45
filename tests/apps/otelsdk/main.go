// Command otelsdk serves requests to itself and configures an OpenTelemetry SDK of its own, whose exporters print
// what they get.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// As programs have them: before anything is configured.
var (
	tracer    = otel.Tracer("example.com/otelsdk")
	orders, _ = otel.Meter("example.com/otelsdk").Int64Counter("app.orders")
	open, _   = otel.Meter("example.com/otelsdk").Int64ObservableGauge("app.open",
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(3)
			return nil
		}))
)

var (
	db        *sql.DB
	url       string
	unsampled trace.Tracer
)

func main() {
	sql.Register("fake", fake{})
	db, _ = sql.Open("fake", "")
	mux := http.NewServeMux()
	mux.HandleFunc("/order", order)
	mux.HandleFunc("/stock", stock)
	mux.HandleFunc("/dropped", dropped)
	mux.HandleFunc("/collect", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	defer server.Close()
	url = server.URL

	exporter := &printer{url: collector()}
	spans := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	otel.SetTracerProvider(spans)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	otel.SetMeterProvider(metrics)
	unsampled = sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter), sdktrace.WithSampler(sdktrace.NeverSample())).Tracer("dropped")

	get("/order")
	get("/dropped")
	alone()
	simple := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	_, span := simple.Tracer("simple").Start(context.Background(), "simple")
	span.End()

	for _, shutdown := range []func(context.Context) error{spans.Shutdown, metrics.Shutdown} {
		if err := shutdown(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
}

// collector is where the exporter sends requests to, whose server is not woven into the traces that are counted.
func collector() string { return url + "/collect" }

func get(path string) {
	response, err := http.Get(url + path)
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

// order is a handler whose server span is woven.
func order(w http.ResponseWriter, r *http.Request) {
	server := trace.SpanFromContext(r.Context())
	server.SetAttributes(attribute.String("app.user", "ada"))
	fmt.Println("server span", server.SpanContext().IsValid(), server.SpanContext().IsSampled())

	ended, wait := make(chan bool), make(chan trace.Span)
	go func() {
		(<-wait).End()
		close(ended)
	}()
	ctx, span := tracer.Start(r.Context(), "check")
	_, is := span.(sdktrace.ReadWriteSpan)
	fmt.Println("a span of the SDK", is, trace.SpanFromContext(ctx) == span)
	orders.Add(ctx, 2)
	query(ctx, "SELECT x FROM t1")                  // finds its parent by the context
	query(context.Background(), "SELECT x FROM t2") // and by the goroutine
	done := make(chan bool)
	go func() {
		defer close(done)
		query(context.Background(), "SELECT x FROM t3")
		_, inner := tracer.Start(ctx, "async")
		query(context.Background(), "SELECT x FROM t4")
		inner.End()
	}()
	<-done
	_, fresh := tracer.Start(context.Background(), "fresh") // a new trace, as without weaving
	fresh.End()
	_, root := tracer.Start(ctx, "root", trace.WithNewRoot())
	query(context.Background(), "SELECT x FROM t5")
	root.End()
	member, _ := baggage.NewMember("user", "ada%2Cl")
	bag, _ := baggage.New(member)
	next, _ := http.NewRequestWithContext(baggage.ContextWithBaggage(ctx, bag), "GET", url+"/stock", nil)
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(next.Context(), carrier)
	fmt.Println("injected", carrier["traceparent"][36:52] == span.SpanContext().SpanID().String(), carrier["baggage"])
	response, err := http.DefaultClient.Do(next)
	if err != nil {
		log.Fatal(err)
	}
	response.Body.Close()
	wait <- span
	<-ended

	query(context.Background(), "SELECT x FROM t6") // of the server again
	_, lost := tracer.Start(context.Background(), "by goroutine")
	lost.End()
}

// stock reads the headers by itself, as programs do that are not woven.
func stock(w http.ResponseWriter, r *http.Request) {
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := tracer.Start(ctx, "stock")
	defer span.End()
	fmt.Println("baggage", baggage.FromContext(ctx).Member("user").Value())
	query(r.Context(), "SELECT x FROM t7") // the goroutine is further than the context
}

// dropped makes spans that the SDK does not sample.
func dropped(w http.ResponseWriter, r *http.Request) {
	ctx, span := unsampled.Start(context.Background(), "not sampled", trace.WithNewRoot())
	query(ctx, "SELECT x FROM t8")
	query(context.Background(), "SELECT x FROM t9")
	span.End()
	query(context.Background(), "SELECT x FROM t10")
}

// alone makes spans outside of woven ones.
func alone() {
	ctx, outer := tracer.Start(context.Background(), "outer")
	query(ctx, "SELECT x FROM t11")
	query(context.Background(), "SELECT x FROM t12")
	detached := trace.ContextWithSpan(context.Background(), outer)
	outer.End()
	query(context.Background(), "SELECT x FROM t13")
	query(detached, "SELECT x FROM t14") // later, in a context of its own
	remote := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
	})
	ctx = trace.ContextWithRemoteSpanContext(context.Background(), remote)
	query(ctx, "SELECT x FROM t15")
}

func query(ctx context.Context, statement string) {
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		log.Fatal(err)
	}
	rows.Close()
}

// fake is a database without tables.
type fake struct{}

func (fake) Open(string) (driver.Conn, error)           { return fake{}, nil }
func (fake) Prepare(string) (driver.Stmt, error)        { return fake{}, nil }
func (fake) Close() error                               { return nil }
func (fake) Begin() (driver.Tx, error)                  { return nil, errors.New("no transactions") }
func (fake) NumInput() int                              { return 0 }
func (fake) Exec([]driver.Value) (driver.Result, error) { return driver.ResultNoRows, nil }
func (fake) Query([]driver.Value) (driver.Rows, error)  { return fake{}, nil }
func (fake) Columns() []string                          { return nil }
func (fake) Next([]driver.Value) error                  { return io.EOF }
