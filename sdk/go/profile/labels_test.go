package profile

import (
	"context"
	"runtime/pprof"
	"testing"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/trace"
)

// setLabels is runtime/pprof.SetGoroutineLabels as it is woven.
func setLabels(ctx context.Context) {
	s := BeforeSetLabels()
	pprof.SetGoroutineLabels(ctx)
	AfterSetLabels(s)
}

func labels() string {
	slot, user := goroutine.Current()
	if slot != nil {
		user = slot.User()
	}
	text := ""
	for _, l := range user {
		text += l.Key + "=" + l.Value + " "
	}
	return text
}

func TestLabelsAndSpans(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	background := context.Background()
	one := pprof.WithLabels(background, pprof.Labels("a", "1"))
	two := pprof.WithLabels(background, pprof.Labels("b", "2"))
	check := func(when string, current *trace.Span, want string) {
		t.Helper()
		if got := trace.Current(); got.SpanContext() != current.SpanContext() {
			t.Errorf("%s: another span is current", when)
		}
		if got := labels(); got != want {
			t.Errorf("%s: labels %q, want %q", when, got, want)
		}
	}

	setLabels(one)
	check("at first", nil, "a=1 ")
	outer, _ := trace.Start(background, "outer", trace.KindInternal)
	check("with a span", outer, "a=1 ")
	setLabels(two)
	check("with other labels", outer, "b=2 ")
	inner, _ := trace.Start(background, "inner", trace.KindInternal)
	check("with two spans", inner, "b=2 ")
	setLabels(background)
	check("without labels", inner, "")
	inner.End()
	check("after the inner span", outer, "")
	setLabels(one)
	outer.End()
	check("after all spans", nil, "a=1 ")
	setLabels(background)
	check("at last", nil, "")
}

// Where runtime/pprof is not woven a program's call takes the span away, and
// nothing else happens.
func TestNotWoven(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	ctx := pprof.WithLabels(context.Background(), pprof.Labels("a", "1"))
	s, _ := trace.Start(context.Background(), "s", trace.KindInternal)
	pprof.SetGoroutineLabels(ctx)
	if trace.Current() != nil {
		t.Error("a span is current")
	}
	s.End()
	if got := labels(); got != "a=1 " {
		t.Errorf("labels %q", got)
	}
	goroutine.Clear(nil)
}
