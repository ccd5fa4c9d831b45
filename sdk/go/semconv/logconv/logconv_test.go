package logconv

import (
	"context"
	"runtime"
	"testing"
	"time"

	"go.weft.dev/sdk/trace"
)

func TestIDs(t *testing.T) {
	if span := SpanOf(context.Background()); span != nil {
		t.Errorf("got %v without a span", span)
	}
	span, ctx := trace.Start(context.Background(), "request", trace.KindServer)
	defer span.End()
	for _, ctx := range []context.Context{ctx, context.Background(), nil} {
		if got := SpanOf(ctx); got != span {
			t.Errorf("SpanOf(%v) = %v", ctx, got)
		}
	}
	want := IDs{span.TraceID().String(), span.SpanID().String()}
	if got := Of(span); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHas(t *testing.T) {
	ids := IDs{"1", "2"}
	for _, test := range []struct {
		field, value string
		want         bool
	}{
		{TraceID, "1", true}, {SpanID, "2", true}, {TraceID, "2", false}, {"other", "1", false},
	} {
		if got := ids.Has(test.field, test.value); got != test.want {
			t.Errorf("Has(%s, %s) = %t", test.field, test.value, got)
		}
	}
}

func TestDerived(t *testing.T) {
	type logger struct{ next *logger }
	var derived Derived[logger, string]
	kept := &logger{}
	derived.Store(kept, "kept")
	for range 1000 {
		derived.Store(&logger{}, "not kept")
	}
	count := func() (n int) {
		derived.values.Range(func(_, _ any) bool { n++; return true })
		return n
	}
	for deadline := time.Now().Add(time.Minute); count() > 500 && time.Now().Before(deadline); {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if n := count(); n > 500 {
		t.Errorf("%d values are kept", n)
	}
	if got := derived.Load(kept); got != "kept" {
		t.Errorf("got %q", got)
	}
	if got := derived.Load(&logger{}); got != "" {
		t.Errorf("got %q for a logger without a value", got)
	}
}
