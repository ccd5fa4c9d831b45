// Package nethttp makes spans of the requests that net/http serves and sends.
package nethttp

import (
	"net/http"
	"net/url"
	"strings"

	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/semconv/httpconv"
	"go.weft.dev/sdk/trace"
)

var scope = trace.NewScope("go.weft.dev/plugins/nethttp", "0.1.0")

// beforeServe starts the span of a request. Hooks serverHandler.ServeHTTP, which HTTP/1 and HTTP/2 share.
func beforeServe(r *http.Request) *httpconv.Server { return httpconv.StartServer(scope, r) }

func afterServe(s *httpconv.Server) {
	switch {
	case !hook.Panicking():
		s.End(false)
	case hook.Within(recovering):
		s.Unwind()
	default:
		s.End(true)
	}
}

// recovering reports whether a function is one that afterRecovering is woven into.
func recovering(name string) bool {
	return name == "net/http.(*conn).serve" || strings.HasSuffix(name, "erverConn).runHandler")
}

// beforeLog takes what a handler panicked with from what is said of it. Hooks (*Server).logf and
// (*http2serverConn).logf, (*serverConn).logf from Go 1.27 on, where all but http.ErrAbortHandler comes by.
func beforeLog(format string, values []any) *httpconv.Unwinding {
	if !strings.Contains(format, ": panic serving ") || len(values) < 2 {
		return nil
	}
	return httpconv.Recovered(values[1])
}

func afterLog(r *httpconv.Unwinding) { r.Finish() }

// beforeClose ends what a handler that gave up has left, before the client can know. Hooks (*conn).close.
func beforeClose(any) { httpconv.Abort() }

// afterRecovering does so where net/http does not close the connection. Hooks (*conn).serve and
// (*http2serverConn).runHandler, which recover what handlers panic with.
func afterRecovering() { httpconv.Abort() }

// beforeRunHandler lets beforeWriteStreamHeader find the span that beforeServe will start. Hooks
// (*serverConn).runHandler of net/http/internal/http2 (Go 1.27), which knows no http.Request.
func beforeRunHandler(u *url.URL) *httpconv.Stream { return httpconv.OpenStream(u) }

func afterRunHandler(s *httpconv.Stream) {
	afterRecovering()
	s.Close()
}

// beforeFind hands the request on to afterFind. Hooks (*ServeMux).findHandler: middleware may have given
// the mux a copy of the request, so the pattern that ServeHTTP sets is not always to be found later.
func beforeFind(r *http.Request) *http.Request { return r }

func afterFind(r *http.Request, pattern string) { httpconv.SetRoute(r, pattern) }

// beforeWriteHeader notes the status, so that the ResponseWriter need not be wrapped. Hooks
// (*response).WriteHeader and (*http2responseWriterState).writeHeader, which every final header passes.
func beforeWriteHeader(r *http.Request, code int) { httpconv.WriteHeader(r, code) }

// beforeWriteStreamHeader does so where there is no request. Hooks (*responseWriterState).writeHeader of
// net/http/internal/http2.
func beforeWriteStreamHeader(u *url.URL, code int) { httpconv.WriteStreamHeader(u, code) }

// beforeHijack hands the request on to afterHijack. Hooks (*response).Hijack.
func beforeHijack(r *http.Request) *http.Request { return r }

func afterHijack(r *http.Request, err error) {
	if err == nil {
		httpconv.Hijacked(r)
	}
}
