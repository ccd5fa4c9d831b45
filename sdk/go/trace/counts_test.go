package trace

import (
	"context"
	"sync"
	"testing"
)

func TestCountedSpans(t *testing.T) {
	if _, counted := CountedSpans(); counted {
		t.Error("spans are counted although nobody asks for it")
	}
	t.Setenv("WEFT_RUNTIME_METRICS", "go, Spans")
	recordInto(t, func(p *provider) { p.counters = countersFromEnv() })
	var all sync.WaitGroup
	for range 10 {
		all.Add(1)
		go func() {
			defer all.Done()
			root, ctx := Start(context.Background(), "root", KindServer)
			child, _ := Start(ctx, "child", KindClient)
			child.End()
			child.End()
			root.End()
		}()
	}
	all.Wait()
	remote := SpanContext{TraceID: TraceID{1}, SpanID: SpanID{2}, Remote: true}
	dropped, _ := StartRemote(context.Background(), remote, "dropped", KindServer)
	dropped.End()
	remote.Flags = FlagSampled
	live, _ := StartRemote(context.Background(), remote, "live", KindServer)
	defer live.End()
	got, counted := CountedSpans()
	want := Counts{Sampled: [origins]int64{10, 10, 1}, Dropped: [origins]int64{0, 0, 1}, Live: 1}
	if !counted || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
