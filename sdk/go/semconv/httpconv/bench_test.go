package httpconv

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.weft.dev/sdk/trace/tracetest"
)

func BenchmarkServer(b *testing.B) {
	b.ReportAllocs()
	template := httptest.NewRequest("GET", "/users/7", nil)
	template.Header.Set("User-Agent", "bench/1")
	template.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	ctx := template.Context()
	for i := 0; b.Loop(); i++ {
		r := template.WithContext(ctx)
		s := StartServer(nil, r)
		SetRoute(r, "GET /users/{id}")
		WriteHeader(r, http.StatusOK)
		s.End(false)
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}

func BenchmarkClient(b *testing.B) {
	b.ReportAllocs()
	r, err := http.NewRequest("GET", "http://shop.test/users/7?q=1", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("User-Agent", "bench/1")
	response := &http.Response{StatusCode: 200, ProtoMajor: 1, ProtoMinor: 1}
	for i := 0; b.Loop(); i++ {
		span := StartClient(nil, r)
		Inject(r, span.Span())
		span.End(response, nil)
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}
