package httpconv

import (
	"net/http"
	"slices"
	"testing"
)

func TestCarrier(t *testing.T) {
	for _, key := range []string{
		"traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-sampled", "uber-trace-id", "uberctx-user-id",
	} {
		h := http.Header{}
		carrier(h).Set(key, "1")
		if h.Get(key) != "1" || len(h) != 1 {
			t.Errorf("%s is set as %v", key, h)
		}
		h.Add(key, "2")
		if got := carrier(h).Get(key); got != "1" {
			t.Errorf("%s: got %q", key, got)
		}
		if got := carrier(h).Values(key); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("%s: values %q", key, got)
		}
		if got := carrier(h).Keys(); !slices.Equal(got, []string{key}) {
			t.Errorf("%s: keys %q", key, got)
		}
	}
	if got := carrier(nil).Get("traceparent"); got != "" {
		t.Errorf("nothing gives %q", got)
	}
}
