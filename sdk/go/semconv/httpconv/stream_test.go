package httpconv

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.weft.dev/sdk/trace/tracetest"
)

// A stream's status is that of the request with its URL, whatever the handler does to that.
func TestStreamHeader(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.ProtoMajor, r.ProtoMinor = 2, 0
	u := r.URL
	stream := OpenStream(u)
	other := OpenStream(httptest.NewRequest("GET", "/", nil).URL)
	defer other.Close()
	serve(r, func(_ http.ResponseWriter, r *http.Request) {
		r.URL = httptest.NewRequest("GET", "/elsewhere", nil).URL
		WriteStreamHeader(r.URL, http.StatusTeapot)
		WriteStreamHeader(other.url, http.StatusTeapot)
		WriteStreamHeader(u, http.StatusEarlyHints)
		WriteStreamHeader(u, http.StatusCreated)
		WriteStreamHeader(u, http.StatusAccepted)
	})
	stream.Close()
	tracetest.One(t).Check(t, map[string]any{"http.response.status_code": http.StatusCreated})
	if streamOf(u) != nil {
		t.Error("a closed stream is still there")
	}
	WriteStreamHeader(u, http.StatusOK)
	OpenStream(nil).Close()
}

// What no stream was opened for is not kept.
func TestNoStream(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.ProtoMajor, r.ProtoMinor = 2, 0
	serve(r, func(_ http.ResponseWriter, r *http.Request) { WriteStreamHeader(r.URL, http.StatusTeapot) })
	tracetest.One(t).Check(t, map[string]any{"http.response.status_code": http.StatusOK})
	streams.Range(func(u, _ any) bool {
		t.Errorf("there is a stream of %v", u)
		return true
	})
}
