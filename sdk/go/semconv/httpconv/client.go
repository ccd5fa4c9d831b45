package httpconv

import (
	"maps"
	"net/http"

	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/errortype"
	"go.weft.dev/sdk/trace"
)

// StartClient starts the span of a request that is sent; redirects and retries are requests of their
// own. r is not changed: see Inject. It returns nil where no span is to be made.
func StartClient(scope *trace.Scope, r *http.Request) *trace.Span {
	if r == nil {
		return nil
	}
	method := methodOf(r.Method)
	span := scope.StartLeaf(r.Context(), nameOf(method, ""), trace.KindClient.Of(trace.HTTP))
	if !span.IsRecording() {
		return span
	}
	span.SetString(requestMethod, method)
	if method == otherMethod {
		span.SetString(requestMethodOriginal, r.Method)
	}
	if r.URL != nil {
		span.SetString(urlFull, redactURL(r.URL))
		address, port := splitHost(r.URL.Host)
		if port < 0 {
			port = defaultPort(r.URL.Scheme)
		}
		span.SetString(serverAddress, address)
		if port >= 0 {
			span.SetInt(serverPort, int64(port))
		}
	}
	if n := redirects(r); n > 0 {
		span.SetInt(requestResendCount, int64(n))
	}
	return span
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
	ctx := trace.ContextWithSpan(r.Context(), span)
	out := r.WithContext(ctx)
	out.Header = maps.Clone(r.Header) // only whole fields are set
	if out.Header == nil {
		out.Header = make(http.Header, 1)
	}
	propagation.Inject(ctx, span, carrier(out.Header))
	return out
}

// EndClient ends the span of a request: with the header of the response, or the error.
func EndClient(span *trace.Span, response *http.Response, err error) {
	switch {
	case err != nil:
		span.SetString(errorType, errortype.Of(err))
		span.SetError(err.Error())
		span.LogError("http.client.request.exception", err)
	case response == nil:
		// The RoundTripper panicked.
		span.SetString(errorType, errortype.Other)
		span.SetError("")
	default:
		span.SetInt(responseStatusCode, int64(response.StatusCode))
		if version := versionOf(response.ProtoMajor, response.ProtoMinor); version != "" {
			span.SetString(networkVersion, version)
		}
		if response.StatusCode >= 400 {
			span.SetString(errorType, statusText(response.StatusCode))
			span.SetError("")
		}
	}
	span.End()
}
