// Command otel serves a request to itself and uses the OpenTelemetry API meanwhile, without an SDK.
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
	"os"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// As programs have them: before anything is configured.
var (
	tracer = otel.Tracer("example.com/otel", trace.WithInstrumentationVersion("1.2.3"))
	meter  = otel.Meter("example.com/otel", metric.WithInstrumentationVersion("1.2.3"))
)

var db *sql.DB

func main() {
	sql.Register("fake", fake{})
	var err error
	if db, err = sql.Open("fake", ""); err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 1 && os.Args[1] == "metrics" {
		measure()
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/order", order)
	mux.HandleFunc("/stock", stock)
	server := httptest.NewServer(mux)
	defer server.Close()
	stockURL = server.URL + "/stock"
	request, _ := http.NewRequest("GET", server.URL+"/order", nil)
	request.Header.Set("baggage", "tenant=ac%20me;secret")
	answer(request)
	alone()
	carriers()
	panics()
	fmt.Println("same tracer", tracer == otel.Tracer("example.com/otel", trace.WithInstrumentationVersion("1.2.3")))
}

func answer(r *http.Request) {
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Print(string(body))
}

var stockURL string

// order is a handler whose server span is woven.
func order(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	server := trace.SpanFromContext(ctx)
	server.SetAttributes(attribute.String("app.user", "ada"))
	fmt.Fprintln(w, "server span", server.SpanContext().IsValid(), server.IsRecording(), server.SpanContext().IsRemote())
	fmt.Fprintln(w, "tenant", baggage.FromContext(ctx).Member("tenant").Value(), baggage.FromContext(ctx).Member("tenant").Properties())

	elsewhere := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
	})
	began := time.Unix(1700000000, 5)
	ctx, span := tracer.Start(ctx, "check",
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithTimestamp(began),
		trace.WithLinks(trace.Link{SpanContext: elsewhere, Attributes: []attribute.KeyValue{attribute.String("why", "because")}}),
		trace.WithAttributes(
			attribute.String("string", "s"), attribute.Int("int", -1), attribute.Bool("bool", true), attribute.Float64("float", 0.5),
			attribute.StringSlice("strings", []string{"a", "b"}), attribute.IntSlice("ints", []int{1, 2}),
			attribute.BoolSlice("bools", []bool{true}), attribute.Float64Slice("floats", []float64{1.5}),
			attribute.String("", "no key"), attribute.String("again", "first"),
		))
	span.SetAttributes(attribute.String("again", "second"))
	span.SetName("check order")
	span.AddEvent("event", trace.WithTimestamp(began.Add(time.Second)), trace.WithAttributes(attribute.Int("n", 1)))
	span.RecordError(errors.New("broken"), trace.WithAttributes(attribute.Bool("retried", true)))
	span.SetStatus(codes.Error, "it broke")
	fmt.Fprintln(w, "found again", trace.SpanContextFromContext(ctx).Equal(span.SpanContext()), trace.SpanFromContext(ctx).IsRecording())

	query(ctx, "SELECT x FROM t1")                  // finds its parent by the context
	query(context.Background(), "SELECT x FROM t2") // and by the goroutine
	done := make(chan bool)
	go func() {
		defer close(done)
		_, span := tracer.Start(ctx, "async")
		defer span.End()
		query(context.Background(), "SELECT x FROM t3")
	}()
	<-done
	_, sibling := tracer.Start(r.Context(), "sibling") // while check order goes on
	sibling.End()
	span.End(trace.WithTimestamp(began.Add(2 * time.Second)))
	span.SetName("too late")

	member, _ := baggage.NewMember("user", "ada%20l")
	bag, err := baggage.FromContext(r.Context()).SetMember(member)
	if err != nil {
		log.Fatal(err)
	}
	next, _ := http.NewRequestWithContext(baggage.ContextWithBaggage(r.Context(), bag), "GET", stockURL, nil)
	answerTo(w, next)
	next, _ = http.NewRequestWithContext(baggage.ContextWithoutBaggage(r.Context()), "GET", stockURL+"?none", nil)
	answerTo(w, next)
}

func answerTo(w io.Writer, r *http.Request) {
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	io.Copy(w, response.Body)
}

// stock reads the headers by itself, as programs do that are not woven.
func stock(w http.ResponseWriter, r *http.Request) {
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	_, span := tracer.Start(ctx, "stock "+r.URL.RawQuery)
	defer span.End()
	var members []string
	for _, m := range baggage.FromContext(ctx).Members() {
		members = append(members, m.Key()+"="+m.Value())
	}
	slices.Sort(members)
	fmt.Fprintln(w, "stock", strings.Join(members, ","))
}

// alone makes spans where nothing is woven.
func alone() {
	ctx := context.Background()
	outerCtx, outer := tracer.Start(ctx, "outer")
	_, inner := tracer.Start(outerCtx, "inner")
	inner.End()
	_, root := tracer.Start(outerCtx, "root", trace.WithNewRoot())
	root.End()
	_, fresh := tracer.Start(ctx, "fresh")
	fresh.End()
	detached := trace.ContextWithSpan(ctx, outer) // without what else outerCtx carries
	_, later := outer.TracerProvider().Tracer("example.com/provider").Start(detached, "of the span's provider")
	later.End()
	cleared := trace.ContextWithSpanContext(outerCtx, trace.SpanContext{})
	_, clean := tracer.Start(cleared, "cleared")
	clean.End()
	outer.End()
	fmt.Println("nothing", trace.SpanFromContext(ctx).SpanContext().IsValid(), trace.SpanFromContext(nil).IsRecording())
}

// carriers passes context by hand.
func carriers() {
	carrier := propagation.MapCarrier{}
	ctx, producer := tracer.Start(context.Background(), "producer", trace.WithSpanKind(trace.SpanKindProducer))
	member, _ := baggage.NewMember("id", "7")
	bag, _ := baggage.New(member)
	otel.GetTextMapPropagator().Inject(baggage.ContextWithBaggage(ctx, bag), carrier)
	producer.End()
	fmt.Println("injected", slices.Sorted(slices.Values(carrier.Keys())), carrier["baggage"])
	fmt.Println("fields", otel.GetTextMapPropagator().Fields())

	ctx = otel.GetTextMapPropagator().Extract(context.Background(), carrier)
	sc := trace.SpanContextFromContext(ctx)
	fmt.Println("extracted", sc.IsRemote(), sc.TraceID() == producer.SpanContext().TraceID(), baggage.FromContext(ctx).Member("id").Value())
	_, consumer := tracer.Start(ctx, "consumer", trace.WithSpanKind(trace.SpanKindConsumer))
	consumer.End()
}

func panics() {
	defer func() { fmt.Println("recovered", recover()) }()
	_, span := tracer.Start(context.Background(), "panics")
	defer span.End()
	panic("oh no")
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
