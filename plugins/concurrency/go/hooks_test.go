package concurrency

import (
	"context"
	"os"
	"testing"

	"go.weft.dev/sdk/trace"
)

func TestMain(m *testing.M) {
	os.Setenv("OTEL_TRACES_EXPORTER", "none")
	os.Exit(m.Run())
}

// A pool's function gets what was given to Invoke, and the span of who called it.
func TestInvoke(t *testing.T) {
	var argument any
	var current *trace.Span
	f := beforeNewPool(func(a any) { argument, current = a, trace.Current() })
	span, _ := trace.Start(context.Background(), "s", trace.KindInternal)
	passed := beforeInvoke("order")
	span.Leave()
	if f(passed); argument != "order" || current != span {
		t.Errorf("the function gets %v", argument)
	}
	if trace.Current() != nil {
		t.Error("the span stays")
	}
	if f("as it was"); argument != "as it was" || current != nil {
		t.Errorf("the function gets %v", argument)
	}
	span.End()
	if beforeInvoke(nil) != nil || beforeNewPool(nil) != nil || beforeSubmit(nil) != nil || beforeAfterFunc(0, nil) != nil {
		t.Error("nothing becomes something")
	}
}

// Who starts a worker keeps its span; the worker has none.
func TestWorker(t *testing.T) {
	span, _ := trace.Start(context.Background(), "s", trace.KindInternal)
	e := beforeWorker()
	inherited := make(chan *trace.Span)
	go func() { inherited <- trace.Current() }()
	if <-inherited != nil {
		t.Error("the worker has a span")
	}
	if afterWorker(e); trace.Current() != span {
		t.Error("the span has not come back")
	}
	span.End()
}
