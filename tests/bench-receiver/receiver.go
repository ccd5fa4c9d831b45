// Package receiver is the backend that the benchmarks of telemetry export to.
package receiver

import (
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// A Receiver takes OTLP/HTTP requests on a loopback address, counts the spans in them
// and forgets them.
type Receiver struct {
	listener net.Listener
	server   http.Server
	spans    atomic.Int64
	metrics  atomic.Int64
}

// Listen starts a receiver.
func Listen() (*Receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Receiver{listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", r.takeTraces)
	mux.HandleFunc("POST /v1/metrics", r.takeMetrics)
	r.server.Handler = mux
	go r.server.Serve(listener)
	return r, nil
}

// Endpoint is what OTEL_EXPORTER_OTLP_ENDPOINT has to be.
func (r *Receiver) Endpoint() string { return "http://" + r.listener.Addr().String() }

// Close stops the receiver.
func (r *Receiver) Close() { r.server.Close() }

// Reset sets the counts to 0.
func (r *Receiver) Reset() { r.spans.Store(0); r.metrics.Store(0) }

// Spans returns how many spans have come.
func (r *Receiver) Spans() int { return int(r.spans.Load()) }

// MetricRequests returns how many requests with metrics have come.
func (r *Receiver) MetricRequests() int { return int(r.metrics.Load()) }

func (r *Receiver) takeTraces(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n := 0
	for resourceSpans := range fields(body, 1) {
		for scopeSpans := range fields(resourceSpans, 2) {
			for range fields(scopeSpans, 2) {
				n++
			}
		}
	}
	r.spans.Add(int64(n))
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (r *Receiver) takeMetrics(w http.ResponseWriter, request *http.Request) {
	r.metrics.Add(1)
	_, _ = io.Copy(io.Discard, request.Body)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// fields yields the messages in field number of a message whose fields are all messages or strings, as
// those around spans are.
func fields(message []byte, number uint64) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(message) > 0 {
			tag, n := binary.Uvarint(message)
			if n <= 0 || tag&7 != 2 {
				return
			}
			size, m := binary.Uvarint(message[n:])
			if m <= 0 || size > uint64(len(message)-n-m) {
				return
			}
			start, end := n+m, n+m+int(size)
			if tag>>3 == number && !yield(message[start:end]) {
				return
			}
			message = message[end:]
		}
	}
}
