package profile

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"runtime/pprof"
	"slices"
	"testing"
	"time"
	"unsafe"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/trace"
)

// do is runtime/pprof.Do as it is woven.
func do(ctx context.Context, labels pprof.LabelSet, f func(context.Context)) {
	defer setLabels(ctx)
	ctx = pprof.WithLabels(ctx, labels)
	setLabels(ctx)
	f(ctx)
}

func TestDo(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	background := context.Background()
	check := func(when string, current *trace.Span, want string) {
		t.Helper()
		if got := trace.Current(); got.SpanID() != current.SpanID() {
			t.Errorf("%s: another span is current", when)
		}
		if got := labels(); got != want {
			t.Errorf("%s: labels %q, want %q", when, got, want)
		}
	}
	outer, ctx := trace.Start(background, "outer", trace.KindInternal)
	var kept *trace.Span
	do(ctx, pprof.Labels("a", "1"), func(ctx context.Context) {
		check("inside", outer, "a=1 ")
		inner, ctx := trace.Start(ctx, "inner", trace.KindInternal)
		do(ctx, pprof.Labels("b", "2"), func(context.Context) {
			check("twice inside", inner, "a=1 b=2 ")
			done := make(chan bool)
			go func() {
				defer close(done)
				check("a goroutine inside", inner, "a=1 b=2 ")
			}()
			<-done
		})
		check("inside again", inner, "a=1 ")
		inner.End()
		check("inside, after the inner span", outer, "a=1 ")
		kept, _ = trace.Start(ctx, "kept", trace.KindInternal)
	})
	check("a span that leaves with the labels it began with", kept, "")
	kept.End()
	check("outside", outer, "")
	outer.End()
	check("at last", nil, "")
}

// A span that ends within pprof.Do leaves the labels alone.
func TestEndWithinDo(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	s, ctx := trace.Start(context.Background(), "s", trace.KindInternal)
	do(ctx, pprof.Labels("a", "1"), func(context.Context) {
		s.End()
		if got := labels(); trace.Current() != nil || got != "a=1 " {
			t.Errorf("labels %q", got)
		}
	})
	if got := labels(); got != "" {
		t.Errorf("labels %q afterwards", got)
	}
}

// Of a span a profile of goroutines shows the program's own labels, and nothing without.
func TestBeforeLabel(t *testing.T) {
	user := []goroutine.Label{{Key: "a", Value: "1"}}
	var bare, labelled goroutine.Slot
	bare.Init(nil)
	labelled.Init(user)
	kept := []unsafe.Pointer{nil, unsafe.Pointer(&labelled), unsafe.Pointer(&user)}
	list := append(slices.Clone(kept), unsafe.Pointer(&bare))
	for i := range list {
		BeforeLabel(list, i)
	}
	if !slices.Equal(list, append(kept, nil)) {
		t.Errorf("%v left of %v and a slot without labels", list, kept)
	}
	BeforeLabel(list, len(list))
	BeforeLabel(nil, 0)
}

// CPU profiles show the program's labels on what spans cover.
func TestCPUProfile(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	defer goroutine.Clear(nil)
	setLabels(pprof.WithLabels(context.Background(), pprof.Labels("tenant", "weaver-ada")))
	span, ctx := trace.Start(context.Background(), "s", trace.KindInternal)
	defer span.End()
	const rounds = 100 // the profiler samples a hundred times per second of work
	for range rounds {
		var profile bytes.Buffer
		if err := pprof.StartCPUProfile(&profile); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(50 * time.Millisecond); time.Now().Before(until); {
			trace.StartLeaf(ctx, "work", trace.KindInternal).End()
		}
		pprof.StopCPUProfile()
		unzip, err := gzip.NewReader(&profile)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unzip)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("weaver-ada")) {
			return
		}
	}
	t.Error("no sample has the label")
}
