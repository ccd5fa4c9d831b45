package nethttp

import (
	"net/http"

	"go.weft.dev/sdk/semconv/httpconv"
	"go.weft.dev/sdk/trace"
)

// beforeRoundTrip starts the span of a request. Hooks (*Transport).RoundTrip.
func beforeRoundTrip(r *http.Request) *trace.Span { return httpconv.StartClient(scope, r) }

func afterRoundTrip(span *trace.Span, response *http.Response, err error) {
	httpconv.EndClient(span, response, err)
}

// afterSetup gives the transport a copy of the request that carries the span. Hooks setupRewindBody, by
// which (*Transport).roundTrip makes a copy for itself: what the caller gets back, and CancelRequest,
// still know the caller's own request.
// Where the span is suppressed, the copy carries the one that covers it.
func afterSetup(r *http.Request) *http.Request { return httpconv.Inject(r, nil) }

// beforeConnRoundTrip does both for a request on a connection of the program's own. Hooks
// (*ClientConn).RoundTrip of Go 1.26.
func beforeConnRoundTrip(r *http.Request) (*connRoundTrip, *http.Request) {
	span := httpconv.StartClient(scope, r)
	out := httpconv.Inject(r, span)
	if out == r {
		return nil, r
	}
	return &connRoundTrip{span, r}, out
}

type connRoundTrip struct {
	span    *trace.Span
	request *http.Request
}

func afterConnRoundTrip(t *connRoundTrip, response *http.Response, err error) {
	if response != nil && response.Request != nil {
		response.Request = t.request
	}
	httpconv.EndClient(t.span, response, err)
}
