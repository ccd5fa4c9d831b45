package httpconv

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

func request(t *testing.T, method, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestClientAttributes(t *testing.T) {
	r := request(t, "POST", "https://me:s3cret@shop.test/orders?token=s3cret&a=b")
	r.Response = &http.Response{Request: request(t, "POST", "https://shop.test/")}
	span := StartClient(nil, r)
	span.End(&http.Response{StatusCode: 201, ProtoMajor: 2}, nil)
	got := tracetest.One(t)
	if got.Name != "POST" || got.Kind != trace.KindClient || got.Status != trace.StatusUnset {
		t.Errorf("got %+v", got)
	}
	got.Check(t, map[string]any{
		"http.request.method":       "POST",
		"url.full":                  "https://REDACTED:REDACTED@shop.test/orders?token=REDACTED&a=b",
		"server.address":            "shop.test",
		"server.port":               443,
		"http.response.status_code": 201,
		"network.protocol.version":  "2",
		"http.request.resend_count": 1,
		"error.type":                nil,
	})
}

func TestClientErrors(t *testing.T) {
	for _, test := range []struct {
		response *http.Response
		err      error
		want     any
		status   trace.Status
	}{
		{&http.Response{StatusCode: 399}, nil, nil, trace.StatusUnset},
		{&http.Response{StatusCode: 404}, nil, "404", trace.StatusError},
		{&http.Response{StatusCode: 500}, nil, "500", trace.StatusError},
		{nil, context.DeadlineExceeded, "timeout", trace.StatusError},
		{nil, errors.New("odd"), "_OTHER", trace.StatusError},
		{nil, nil, "_OTHER", trace.StatusError},
	} {
		StartClient(nil, request(t, "", "http://shop.test:81/")).End(test.response, test.err)
		got := tracetest.One(t)
		got.Check(t, map[string]any{"error.type": test.want, "http.request.method": "GET", "server.port": 81})
		if got.Status != test.status {
			t.Errorf("%v, %v: status %v, want %v", test.response, test.err, got.Status, test.status)
		}
	}
}

// A RoundTripper must not change the request it is given.
func TestInjectLeavesTheRequestAlone(t *testing.T) {
	r := request(t, "GET", "http://shop.test/")
	r.Header["X"] = []string{"y"}
	client := StartClient(nil, r)
	out := Inject(r, client.Span())
	out.Header.Add("X", "z")
	client.End(&http.Response{StatusCode: 200}, nil)
	got := tracetest.One(t)
	if len(r.Header) != 1 || len(r.Header["X"]) != 1 {
		t.Errorf("the caller's header is now %v", r.Header)
	}
	if want := "00-" + got.TraceID + "-" + got.SpanID + "-03"; out.Header.Get("Traceparent") != want {
		t.Errorf("traceparent %q, want %q", out.Header.Get("Traceparent"), want)
	}
	if trace.FromContext(out.Context()) != client.Span() || trace.FromContext(r.Context()) != nil {
		t.Error("the span is not on the copy's context only")
	}
	if Inject(r, nil) != r {
		t.Error("without a span there must be no copy")
	}
}

// A request within one that is sent for the same purpose has no span, and carries the other's context.
func TestSuppressedClient(t *testing.T) {
	r := request(t, "GET", "http://shop.test/")
	outer := StartClient(nil, r)
	inner := StartClient(nil, r)
	if inner != nil {
		t.Error("the inner request has a span")
	}
	out := Inject(r, inner.Span())
	// Baggage that was put into the context below the outer span.
	ctx := trace.ContextWithSpan(r.Context(), outer.Span())
	ctx = baggage.NewContext(ctx, baggage.New(baggage.Member{Key: "user", Value: "ada"}))
	below := Inject(r.WithContext(ctx), nil)
	if got := below.Header.Get("Baggage"); got != "user=ada" {
		t.Errorf("baggage %q", got)
	}
	if got := trace.Baggage(below.Context()).Value("user"); got != "ada" {
		t.Errorf("the copy's context has the baggage %q", got)
	}
	inner.End(&http.Response{StatusCode: 200}, nil)
	outer.End(&http.Response{StatusCode: 200}, nil)
	got := tracetest.One(t)
	if want := "00-" + got.TraceID + "-" + got.SpanID + "-03"; out.Header.Get("Traceparent") != want {
		t.Errorf("traceparent %q, want %q", out.Header.Get("Traceparent"), want)
	}
	if r.Header.Get("Traceparent") != "" {
		t.Error("the caller's header has changed")
	}
}

func TestClientNilRequest(t *testing.T) {
	if span := StartClient(nil, nil); span != nil {
		t.Error("net/http is to say what it thinks of a nil request")
	}
	StartClient(nil, &http.Request{}).End(nil, errors.New("nil URL"))
	tracetest.One(t).Check(t, map[string]any{"url.full": nil})
}
