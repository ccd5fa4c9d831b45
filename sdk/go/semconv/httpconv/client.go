package httpconv

import (
	"context"
	"maps"
	"net/http"

	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/errortype"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/semconv/internal/hostport"
	"go.weft.dev/sdk/trace"
)

// A Client is one request that is sent.
type Client struct {
	scope   *trace.Scope
	span    *trace.Span
	method  string
	address string
	port    int   // -1 where there is none
	start   int64 // of the duration
}

// Span returns the span of the request, nil where there is none.
func (c *Client) Span() *trace.Span {
	if c == nil {
		return nil
	}
	return c.span
}

// StartClient starts the span of a request that is sent; redirects and retries are requests of their
// own. r is not changed: see Inject. It returns nil where no span is to be made.
func StartClient(scope *trace.Scope, r *http.Request) *Client {
	if r == nil {
		return nil
	}
	method := methodOf(r.Method)
	start := durations.Start()
	span := scope.StartLeafOnClock(r.Context(), nameOf(method, ""), trace.KindClient.Of(trace.HTTP), start, nil)
	if span == nil {
		return nil
	}
	c := &Client{scope: scope, span: span, method: method, port: -1, start: start}
	if r.URL != nil {
		c.address, c.port = hostport.Split(r.URL.Host)
		if c.port < 0 {
			c.port = defaultPort(r.URL.Scheme)
		}
	}
	if span.IsRecording() {
		c.setRequest(r)
	}
	return c
}

func (c *Client) setRequest(r *http.Request) {
	var all attributeList
	all.text(requestMethod, c.method)
	if c.method == otherMethod {
		all.text(requestMethodOriginal, r.Method)
	}
	if r.URL != nil {
		all.text(urlFull, redactURL(r.URL))
		all.text(serverAddress, c.address)
		all.number(serverPort, c.port)
	}
	if n := redirects(r); n > 0 {
		all.number(requestResendCount, n)
	}
	c.span.SetAttributes(all.filled()...)
}

// redirects counts the redirects that led to r (net/http.Request.Response).
func redirects(r *http.Request) int {
	const most = 100 // a bound on the walk: http.Client's own limit is 10
	n := 0
	for r.Response != nil && r.Response.Request != nil && n < most {
		n++
		r = r.Response.Request
	}
	return n
}

// Inject returns a copy of r that carries span in its context and its headers: a RoundTripper must
// not change the request it is given. A nil span stands for what is current, where the request has no
// span of its own. It returns r where there is none at all.
func Inject(r *http.Request, span *trace.Span) *http.Request {
	if span == nil {
		span = trace.Parent(r.Context())
	}
	if span == nil {
		return r
	}
	ctx := r.Context() // has the baggage that was put into it after its span
	out := r.WithContext(contextWith(ctx, span))
	out.Header = maps.Clone(r.Header) // only whole fields are set
	if out.Header == nil {
		out.Header = make(http.Header, 1)
	}
	propagation.Inject(ctx, span, carrier(out.Header))
	return out
}

// contextWith is trace.ContextWithSpan, and returns ctx as it is where it carries span already.
func contextWith(ctx context.Context, span *trace.Span) context.Context {
	if trace.FromContext(ctx) == span {
		return ctx
	}
	return trace.ContextWithSpan(ctx, span)
}

// End ends the span of the request: with the header of the response, or the error.
func (c *Client) End(response *http.Response, err error) {
	if c == nil {
		return
	}
	span := c.span
	failure, version, status := "", "", 0
	switch {
	case err != nil:
		failure = errortype.Of(err)
		message := err.Error()
		span.SetError(message)
		span.LogError("http.client.request.exception", err, message)
	case response == nil:
		// The RoundTripper panicked.
		failure = errortype.Other
		span.SetError("")
	default:
		status = response.StatusCode
		version = versionOf(response.ProtoMajor, response.ProtoMinor)
		if status >= 400 {
			failure = statusText(status)
			span.SetError("")
		}
	}
	now := clock.Monotonic()
	if c.start == 0 && !span.IsSampled() {
		span.EndOnClock(now)
		return
	}
	key := series{
		scope: c.scope, method: c.method, address: c.address, port: c.port,
		status: status, version: version, errorType: failure,
	}
	ended := key.ofClient()
	if c.start != 0 {
		ended.duration.Record(span, durations.Seconds(c.start, now))
	}
	span.EndWith(now, "", ended.attributes)
}
