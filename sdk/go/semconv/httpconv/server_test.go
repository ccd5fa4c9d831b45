package httpconv

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

// serve does what the hooks of net/http do around a handler.
func serve(r *http.Request, handler http.HandlerFunc) {
	s := StartServer(nil, r)
	panicked := true
	defer func() { s.End(panicked) }()
	handler(httptest.NewRecorder(), r)
	panicked = false
}

func TestServerAttributes(t *testing.T) {
	r := httptest.NewRequest("GET", "/users/7?q=go&sig=s3cret", nil)
	r.Host = "shop.test:8080"
	r.RemoteAddr = "192.0.2.1:4711"
	r.Header.Set("User-Agent", "test/1")
	serve(r, func(w http.ResponseWriter, r *http.Request) { SetRoute(r, "GET /users/{id}") })

	got := tracetest.One(t)
	if got.Name != "GET /users/{id}" || got.Kind != trace.KindServer || got.Status != trace.StatusUnset {
		t.Errorf("got %+v", got)
	}
	got.Check(t, map[string]any{
		"http.request.method":          "GET",
		"http.request.method_original": nil,
		"http.route":                   "/users/{id}",
		"http.response.status_code":    200,
		"url.scheme":                   "http",
		"url.path":                     "/users/7",
		"url.query":                    "q=go&sig=REDACTED",
		"server.address":               "shop.test",
		"server.port":                  8080,
		"client.address":               "192.0.2.1",
		"network.peer.address":         "192.0.2.1",
		"network.peer.port":            4711,
		"network.protocol.version":     "1.1",
		"user_agent.original":          "test/1",
		"error.type":                   nil,
	})
}

func TestServerForwarded(t *testing.T) {
	for _, test := range []struct {
		header              map[string]string
		client, host, proto string
	}{
		{nil, "192.0.2.1", "shop.test", "https"},
		{map[string]string{"X-Forwarded-For": "198.51.100.7, 10.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "front.test"},
			"198.51.100.7", "front.test", "http"},
		{map[string]string{"Forwarded": `for="[2001:db8::1]:4711";host=front.test;proto=https, for=10.0.0.1`},
			"2001:db8::1", "front.test", "https"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.TLS = "shop.test", &tls.ConnectionState{}
		for name, value := range test.header {
			r.Header.Set(name, value)
		}
		serve(r, func(http.ResponseWriter, *http.Request) {})
		tracetest.One(t).Check(t, map[string]any{
			"client.address": test.client, "server.address": test.host, "url.scheme": test.proto,
			"network.peer.address": "192.0.2.1",
		})
	}
}

// Linux shows a client of a Unix socket as "@".
func TestServerUnixSocket(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "@"
	serve(r, func(http.ResponseWriter, *http.Request) {})
	tracetest.One(t).Check(t, map[string]any{
		"client.address": nil, "network.peer.address": nil, "network.peer.port": nil,
	})
}

func TestServerUnknownMethod(t *testing.T) {
	r := httptest.NewRequest("FROBNICATE", "/", nil)
	serve(r, func(w http.ResponseWriter, r *http.Request) { SetRoute(r, "/") })
	got := tracetest.One(t)
	if got.Name != "HTTP /" {
		t.Errorf("name %q", got.Name)
	}
	got.Check(t, map[string]any{
		"http.request.method": "_OTHER", "http.request.method_original": "FROBNICATE",
	})
}

func TestServerStatus(t *testing.T) {
	type request = *http.Request
	for _, test := range []struct {
		name    string
		handler func(r request)
		code    any
		status  trace.Status
		err     any
	}{
		{"implicit", func(request) {}, 200, trace.StatusUnset, nil},
		{"not found", func(r request) { WriteHeader(r, 404) }, 404, trace.StatusUnset, nil},
		{"broken", func(r request) { WriteHeader(r, 503) }, 503, trace.StatusError, "503"},
		{"early hints", func(r request) { WriteHeader(r, 103); WriteHeader(r, 201) }, 201, trace.StatusUnset, nil},
		{"superfluous", func(r request) { WriteHeader(r, 200); WriteHeader(r, 500) }, 200, trace.StatusUnset, nil},
		{"switching", func(r request) { WriteHeader(r, 101); Hijacked(r) }, 101, trace.StatusUnset, nil},
		{"hijacked", func(r request) { Hijacked(r); WriteHeader(r, 500) }, nil, trace.StatusUnset, nil},
		{"panic", func(request) { panic("boom") }, nil, trace.StatusError, "panic"},
		{"late panic", func(r request) { WriteHeader(r, 202); panic(http.ErrAbortHandler) }, 202, trace.StatusError, "panic"},
	} {
		t.Run(test.name, func(t *testing.T) {
			func() {
				defer func() { _ = recover() }()
				serve(httptest.NewRequest("GET", "/", nil), func(_ http.ResponseWriter, r *http.Request) { test.handler(r) })
			}()
			got := tracetest.One(t)
			got.Check(t, map[string]any{"http.response.status_code": test.code, "error.type": test.err})
			if got.Status != test.status {
				t.Errorf("status %v, want %v", got.Status, test.status)
			}
		})
	}
}

// Middleware may give the mux a copy of the request; the route and status are found all the same, and
// a path that no pattern matches is no route.
func TestServerRoute(t *testing.T) {
	for _, test := range []struct {
		name, want string
		handler    func(r *http.Request)
	}{
		{"no pattern", "GET", func(r *http.Request) { SetRoute(r, "") }},
		{"copy", "GET /users/{id}", func(r *http.Request) {
			SetRoute(r.WithContext(trace.ContextWithSpan(r.Context(), trace.Current())), "/users/{id}")
		}},
		{"other router", "GET /u/{id}", func(r *http.Request) { r.Pattern = "/u/{id}" }},
		{"nested", "GET /api/users/{id}", func(r *http.Request) {
			SetRoute(r, "/api/")
			http.StripPrefix("/api", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				SetRoute(r, "GET /users/{id}")
			})).ServeHTTP(httptest.NewRecorder(), r)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			serve(httptest.NewRequest("GET", "/api/users/7", nil), func(_ http.ResponseWriter, r *http.Request) { test.handler(r) })
			if got := tracetest.One(t); got.Name != test.want {
				t.Errorf("name %q, want %q", got.Name, test.want)
			}
		})
	}
}

func TestServerContext(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	type key struct{}
	r = r.WithContext(trace.ContextWithSpan(r.Context(), nil))
	serve(r, func(_ http.ResponseWriter, r *http.Request) {
		if span := trace.FromContext(r.Context()); span == nil || span != trace.Current() {
			t.Errorf("the request carries %v, current is %v", span, trace.Current())
		}
		if r.Context().Value(key{}) != nil || r.Context().Value(http.ServerContextKey) != nil {
			t.Error("the context makes values up")
		}
	})
	got := tracetest.One(t)
	if got.TraceID != "0af7651916cd43dd8448eb211c80319c" || got.ParentID != "b7ad6b7169203331" {
		t.Errorf("trace %s, parent %s", got.TraceID, got.ParentID)
	}
	if trace.Current() != nil {
		t.Error("the span is still current")
	}
}

// A server's goroutine does not work for whoever started the server.
func TestServerHasNoLocalParent(t *testing.T) {
	outer, _ := trace.Start(t.Context(), "starts the server", trace.KindInternal)
	serve(httptest.NewRequest("GET", "/", nil), func(http.ResponseWriter, *http.Request) {})
	outer.End()
	spans := tracetest.Take(t)
	if len(spans) != 2 || spans[0].ParentID != "" || spans[0].TraceID == spans[1].TraceID {
		t.Errorf("got %+v", spans)
	}
}
