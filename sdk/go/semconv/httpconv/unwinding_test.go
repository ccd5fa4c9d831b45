package httpconv

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

// serveAndRecover does what net/http and its hooks do around a handler that panics, in the goroutine
// of a connection.
func serveAndRecover(handler http.HandlerFunc) {
	defer Abort()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			if r := Recovered(v); r != nil {
				r.Finish()
			}
		}
	}()
	r := httptest.NewRequest("GET", "/", nil)
	s := StartServer(nil, r)
	defer s.Unwind()
	handler(nil, r)
}

func TestPanickingHandler(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		failure string
		kind    string // of the exception, "" for none
		message any
	}{
		{"an error", func(http.ResponseWriter, *http.Request) { panic(errors.New("odd")) }, "panic", "*errors.errorString", "odd"},
		{"no comparable value", func(http.ResponseWriter, *http.Request) { panic([]int{1}) }, "panic", "[]int", nil},
		{"a status before", func(_ http.ResponseWriter, r *http.Request) { WriteHeader(r, 503); panic("late") }, "503", "string", "late"},
		{"a span that is left", func(_ http.ResponseWriter, r *http.Request) {
			trace.Start(r.Context(), "left", trace.KindInternal)
			panic("odd")
		}, "panic", "string", "odd"},
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "aborted", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			serveAndRecover(tt.handler)
			got := tracetest.One(t)
			got.Check(t, map[string]any{"error.type": tt.failure})
			if got.Status != trace.StatusError || len(unfinished.requests) != 0 || unfinished.count.Load() != 0 {
				t.Errorf("%+v, %d unfinished", got, len(unfinished.requests))
			}
			if tt.kind == "" {
				if len(got.Events) > 0 {
					t.Errorf("events %v", got.Events)
				}
				return
			}
			if len(got.Events) != 1 {
				t.Fatalf("events %v", got.Events)
			}
			e := got.Events[0]
			if stack, _ := e.Attributes["exception.stacktrace"].(string); !strings.Contains(stack, "TestPanickingHandler") {
				t.Errorf("stack %s", stack)
			}
			if e.Name != "exception" || e.Attributes["exception.type"] != tt.kind || e.Attributes["exception.message"] != tt.message {
				t.Errorf("event %v", e)
			}
		})
	}
	if trace.Current() != nil {
		t.Error("a span is still current")
	}
}

// Where a goroutine cannot be told by its span, nothing is left to wait for.
func TestUnwindingOfAGoroutineThatRecordsNothing(t *testing.T) {
	s := StartServer(nil, httptest.NewRequest("GET", "/", nil))
	trace.Pause()
	s.Unwind()
	if len(unfinished.requests) != 0 {
		t.Errorf("%d unfinished", len(unfinished.requests))
	}
	tracetest.One(t).Check(t, map[string]any{"error.type": "panic"})
}

// Other goroutines, and those that serve well, have nothing to do with a panic.
func TestNothingIsUnfinishedElsewhere(t *testing.T) {
	s := StartServer(nil, httptest.NewRequest("GET", "/", nil))
	s.Unwind()
	done := make(chan struct{})
	go func() {
		defer close(done)
		trace.Detach()
		serve(httptest.NewRequest("GET", "/", nil), func(http.ResponseWriter, *http.Request) {
			if Recovered("odd") != nil {
				t.Error("a request that does not panic is unfinished")
			}
			Abort()
		})
	}()
	<-done
	if len(unfinished.requests) != 1 {
		t.Errorf("%d unfinished", len(unfinished.requests))
	}
	Abort()
	if spans := tracetest.Take(t); len(spans) != 2 {
		t.Errorf("%d spans", len(spans))
	}
}
