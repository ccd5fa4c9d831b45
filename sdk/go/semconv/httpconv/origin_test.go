package httpconv

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unsafe"

	"go.weft.dev/sdk/semconv/internal/spantest"
)

// What an origin is remembered with is what is found for one that is not.
func TestOriginIsRemembered(t *testing.T) {
	for range 4 {
		for _, test := range []struct {
			host          string
			address, port any
		}{
			{"shop.test:8080", "shop.test", 8080},
			{"shop.test", "shop.test", 80},
			{"[::1]:81", "::1", 81},
			{"shop.test:none", "shop.test", 80},
			{"", nil, nil},
		} {
			r := httptest.NewRequest("GET", "/users", nil)
			r.Host = test.host
			for range 3 { // by the last it is remembered
				StartServer(nil, r.Clone(context.Background())).End(false)
				spantest.One(t).Check(t, map[string]any{
					"http.request.method": "GET", "url.scheme": "http", "url.path": "/users",
					"network.protocol.version": "1.1", "http.response.status_code": 200,
					"server.address": test.address, "server.port": test.port,
				})
			}
		}
	}
}

// Who makes up a host with each request fills no memory with them.
func TestMadeUpOriginsAreForgotten(t *testing.T) {
	once := origin{method: "GET", scheme: "http", host: "made-up.test"}
	other := origin{method: "GET", scheme: "http", host: "another.test"}
	long := origin{method: "GET", scheme: "http", host: strings.Repeat("x", longestHost+1)}
	once.endpoint()
	other.endpoint()
	if e := once.endpoint(); e.attributes != nil {
		t.Error("an origin is remembered that did not come twice in a row")
	}
	if e := once.endpoint(); e.attributes == nil {
		t.Error("an origin is not remembered that came twice in a row")
	}
	for range 3 {
		if e := long.endpoint(); e.attributes != nil {
			t.Error("an origin is remembered whose host is long")
		}
	}
}

func TestSetContext(t *testing.T) {
	if contextAt == 0 {
		t.Error("it is not known where in a request its context is")
	}
	type key struct{}
	defer func(before uintptr) { contextAt = before }(contextAt)
	for _, at := range []uintptr{contextAt, 0} {
		contextAt = at
		r := httptest.NewRequest(http.MethodGet, "/users", nil)
		before := *r
		setContext(r, context.WithValue(r.Context(), key{}, "value"))
		if r.Context().Value(key{}) != "value" {
			t.Errorf("at %d: the request does not have the context", at)
		}
		setContext(r, before.Context())
		const size = unsafe.Sizeof(before)
		if *(*[size]byte)(unsafe.Pointer(r)) != *(*[size]byte)(unsafe.Pointer(&before)) {
			t.Errorf("at %d: something else of the request has changed", at)
		}
	}
}
