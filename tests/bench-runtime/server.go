package main

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.weft.dev/sdk/semconv/httpconv"
	"go.weft.dev/sdk/trace"
)

// writer is a ResponseWriter that forgets what it is given.
type writer struct {
	header  http.Header
	request *http.Request // told the status, as a woven net/http tells it
}

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(code int) {
	if w.request != nil {
		httpconv.WriteHeader(w.request, code)
	}
}

func newWriter() *writer { return &writer{header: make(http.Header, 1)} }

// template is a request as net/http hands it to a server's handler.
var template = http.Request{
	Method: "GET", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	URL: &url.URL{Path: "/orders/17"}, RequestURI: "/orders/17",
	Host: "shop.example:8080", RemoteAddr: "192.0.2.1:4711", Body: http.NoBody,
	Header: http.Header{
		"User-Agent":  {"bench/1"},
		"Accept":      {"*/*"},
		"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
	},
}

var serverContext = context.WithValue(
	context.WithValue(background, http.ServerContextKey, &http.Server{}),
	http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080},
)

func newRequest() *http.Request { return template.WithContext(serverContext) }

// mux routes to a handler that does as little as one can.
func mux(found func(*http.Request)) *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		found(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(answer)
	})
	return m
}

var answer = []byte(`{"order":17}`)

func plainServer() (func(), func(), error) {
	m := mux(func(*http.Request) {})
	return func() { m.ServeHTTP(newWriter(), newRequest()) }, func() {}, nil
}

// weftServer calls the hooks as a woven net/http does: around the handler, where the mux has found it,
// and where the header is written.
func weftServer() (func(), func(), error) {
	scope := trace.NewScope("go.weft.dev/plugins/nethttp", "0.1.0")
	m := mux(func(r *http.Request) { httpconv.SetRoute(r, r.Pattern) })
	return func() {
		r, w := newRequest(), newWriter()
		s := httpconv.StartServer(scope, r)
		w.request = r
		m.ServeHTTP(w, r)
		s.End(false)
	}, shipWeft, nil
}

func otelServer() (func(), func(), error) {
	ship, err := startSDK()
	if err != nil {
		return nil, nil, err
	}
	h := otelhttp.NewHandler(mux(func(*http.Request) {}), "server")
	return func() { h.ServeHTTP(newWriter(), newRequest()) }, ship, nil
}
