package main

import (
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// receiver takes OTLP/HTTP requests, counts the spans in them and forgets them.
type receiver struct {
	listener net.Listener
	server   http.Server
	count    atomic.Int64
	metrics  atomic.Int64 // requests
}

func listen() (*receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", r.traces)
	mux.HandleFunc("POST /v1/metrics", r.measurements)
	r.server.Handler = mux
	go r.server.Serve(listener)
	return r, nil
}

func (r *receiver) endpoint() string { return "http://" + r.listener.Addr().String() }
func (r *receiver) close()           { r.server.Close() }
func (r *receiver) reset()           { r.count.Store(0); r.metrics.Store(0) }
func (r *receiver) spans() int       { return int(r.count.Load()) }

func (r *receiver) traces(w http.ResponseWriter, request *http.Request) {
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
	r.count.Add(int64(n))
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (r *receiver) measurements(w http.ResponseWriter, request *http.Request) {
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
