// Command otelcontrib serves requests to itself over HTTP and gRPC, instrumented by OpenTelemetry's libraries. With
// the argument sdk it configures an SDK of its own, whose exporter prints what it gets.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

var db *sql.DB

func main() {
	sql.Register("fake", fake{})
	db, _ = sql.Open("fake", "")
	shutdown := func(context.Context) error { return nil }
	if len(os.Args) > 1 && os.Args[1] == "sdk" {
		spans := sdktrace.NewTracerProvider(sdktrace.WithBatcher(printer{}))
		otel.SetTracerProvider(spans)
		otel.SetTextMapPropagator(propagation.TraceContext{})
		shutdown = spans.Shutdown
	}
	health, stop := serveHealth()
	client := http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	var url string
	mux := http.NewServeMux()
	mux.HandleFunc("/order", func(_ http.ResponseWriter, r *http.Request) {
		query(r.Context(), "SELECT x FROM orders")
		next, _ := http.NewRequestWithContext(r.Context(), "GET", url+"/stock", nil)
		get(client.Do(next))
		if _, err := health.Check(r.Context(), &grpc_health_v1.HealthCheckRequest{}); err != nil {
			log.Fatal(err)
		}
	})
	mux.HandleFunc("/stock", func(_ http.ResponseWriter, r *http.Request) {
		query(context.Background(), "SELECT x FROM stock") // of the goroutine
	})
	server := httptest.NewServer(otelhttp.NewHandler(mux, "served"))
	url = server.URL
	get(http.Get(url + "/order"))
	server.Close()
	stop()
	if err := shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func get(response *http.Response, err error) {
	if err != nil {
		log.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

// serveHealth serves health checks over gRPC, and returns a client for them. What it returns besides waits for all
// that is being served.
func serveHealth() (health grpc_health_v1.HealthClient, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()), grpc.WaitForHandlers(true))
	grpc_health_v1.RegisterHealthServer(server, healthy{})
	go server.Serve(l)
	client, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	if err != nil {
		log.Fatal(err)
	}
	return grpc_health_v1.NewHealthClient(client), func() {
		client.Close()
		server.GracefulStop()
	}
}

type healthy struct {
	grpc_health_v1.UnimplementedHealthServer
}

func (healthy) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	query(ctx, "SELECT x FROM health")
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}, nil
}

// printer is an exporter that prints what it gets.
type printer struct{}

func (printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		parent := ""
		if s.Parent().IsValid() {
			parent = s.Parent().SpanID().String()
		}
		fmt.Printf("span,%s %s,%s,%s,%s\n", s.SpanKind(), s.Name(), s.SpanContext().TraceID(), s.SpanContext().SpanID(), parent)
	}
	return nil
}

func (printer) Shutdown(context.Context) error { return nil }

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
