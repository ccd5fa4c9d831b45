package nethttp

import (
	"net/http"

	"go.weft.dev/sdk/semconv/httpconv"
)

// beforeRoundTrip starts the span of a request. Hooks (*Transport).RoundTrip.
func beforeRoundTrip(r *http.Request) *httpconv.Client { return httpconv.StartClient(scope, r) }

func afterRoundTrip(c *httpconv.Client, response *http.Response, err error) {
	c.End(response, err)
}

// afterSetup gives the transport a copy of the request that carries the span. Hooks setupRewindBody, by
// which (*Transport).roundTrip makes a copy for itself: what the caller gets back, and CancelRequest,
// still know the caller's own request.
// Where the span is suppressed, the copy carries the one that covers it.
func afterSetup(r *http.Request) *http.Request { return httpconv.Inject(r, nil) }

// beforeConnRoundTrip does both for a request on a connection of the program's own. Hooks
// (*ClientConn).RoundTrip of Go 1.26.
func beforeConnRoundTrip(r *http.Request) (*connRoundTrip, *http.Request) {
	client := httpconv.StartClient(scope, r)
	out := httpconv.Inject(r, client.Span())
	if out == r {
		return nil, r
	}
	return &connRoundTrip{client, r}, out
}

type connRoundTrip struct {
	client  *httpconv.Client
	request *http.Request
}

func afterConnRoundTrip(t *connRoundTrip, response *http.Response, err error) {
	if response != nil && response.Request != nil {
		response.Request = t.request
	}
	t.client.End(response, err)
}
