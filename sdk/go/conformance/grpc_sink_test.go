package conformance

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // what clients may compress with
	"google.golang.org/grpc/metadata"
)

// grpcSink is an OTLP/gRPC backend, made of the reference implementation of gRPC,
// that remembers what it accepted.
type grpcSink struct {
	*sink
	collectortrace.UnimplementedTraceServiceServer

	mu      sync.Mutex
	respond func(ctx context.Context, attempt int) (*collectortrace.ExportTraceServiceResponse, error)
	attempt int
}

// newGRPCSink starts a backend. respond says what comes of an attempt, the first of
// which is 1; nil for both of its results accepts.
func newGRPCSink(t *testing.T, respond func(ctx context.Context, attempt int) (*collectortrace.ExportTraceServiceResponse, error), options ...grpc.ServerOption) *grpcSink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &grpcSink{sink: &sink{Server: &httptest.Server{URL: "http://" + l.Addr().String()}}, respond: respond}
	server := grpc.NewServer(options...)
	collectortrace.RegisterTraceServiceServer(server, s)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() { server.Stop(); <-served })
	return s
}

// Export is the method that exporters call.
func (s *grpcSink) Export(ctx context.Context, request *collectortrace.ExportTraceServiceRequest) (*collectortrace.ExportTraceServiceResponse, error) {
	s.mu.Lock()
	s.attempt++
	attempt := s.attempt
	s.mu.Unlock()
	if s.respond != nil {
		if response, err := s.respond(ctx, attempt); response != nil || err != nil {
			return response, err
		}
	}
	header := http.Header{}
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		for name, values := range md {
			header[http.CanonicalHeaderKey(name)] = values
		}
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.requests = append(s.requests, request)
	s.headers = append(s.headers, header)
	return &collectortrace.ExportTraceServiceResponse{}, nil
}
