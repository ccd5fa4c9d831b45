package trace

import (
	"context"
	"testing"
)

var sdkSpan = SpanContext{
	TraceID: TraceID{1, 2}, SpanID: SpanID{3, 4}, Flags: FlagSampled, State: "a=1",
}

func TestForeignParents(t *testing.T) {
	ctx := context.Background()
	remote := sdkSpan
	remote.Remote = true
	tests := []struct {
		name string
		run  func()
		want map[string]string // child to parent; "foreign" for sdkSpan, "" for a root
	}{
		{"of a context", func() {
			a, in := Start(ContextWithForeign(ctx, sdkSpan), "a", KindInternal)
			b, _ := Start(in, "b", KindClient)
			b.End()
			a.End()
		}, map[string]string{"a": "foreign", "b": "a"}},
		{"a current span that descends from it goes first", func() {
			outer := ContextWithForeign(ctx, remote)
			a, _ := Start(outer, "a", KindServer)
			b, _ := Start(outer, "b", KindClient)
			b.End()
			a.End()
		}, map[string]string{"a": "foreign", "b": "a"}},
		{"in a second context", func() {
			f, _ := StartForeign(ctx, nil, sdkSpan, KindInternal)
			again := ContextWithForeign(ctx, sdkSpan)
			a, _ := Start(again, "a", KindServer)
			b, _ := Start(again, "b", KindClient)
			b.End()
			a.End()
			f.End()
		}, map[string]string{"a": "foreign", "b": "a"}},
		{"a current span of another trace does not", func() {
			a, _ := Start(ctx, "a", KindServer)
			b, _ := Start(ContextWithForeign(ctx, sdkSpan), "b", KindClient)
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": "foreign"}},
		{"of the goroutine", func() {
			f, _ := StartForeign(ctx, nil, sdkSpan, KindInternal)
			a, _ := Start(ctx, "a", KindClient)
			a.End()
			f.End()
			b, _ := Start(ctx, "b", KindClient)
			b.End()
		}, map[string]string{"a": "foreign", "b": ""}},
		{"of a goroutine that it starts", func() {
			f, _ := StartForeign(ctx, nil, sdkSpan, KindInternal)
			done := make(chan bool)
			go func() {
				a, _ := Start(ctx, "a", KindClient)
				a.End()
				close(done)
			}()
			<-done
			f.End()
		}, map[string]string{"a": "foreign"}},
		{"between two of ours", func() {
			a, in := Start(ctx, "a", KindServer)
			sc := sdkSpan
			sc.TraceID = a.TraceID()
			f, inner := StartForeign(in, a, sc, KindInternal)
			b, _ := Start(in, "b", KindClient) // the goroutine is further than the context
			b.End()
			c, _ := Start(inner, "c", KindClient)
			c.End()
			f.End()
			d, _ := Start(ctx, "d", KindClient)
			d.End()
			a.End()
		}, map[string]string{"a": "", "b": "foreign", "c": "foreign", "d": "a"}},
		{"ended elsewhere", func() {
			a, _ := Start(ctx, "a", KindServer)
			sc := sdkSpan
			sc.TraceID = a.TraceID()
			started, done := make(chan *Span), make(chan bool)
			go func() {
				(<-started).End()
				close(done)
			}()
			f, _ := StartForeign(ctx, a, sc, KindInternal)
			started <- f
			<-done
			b, _ := Start(ctx, "b", KindClient)
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := recordInto(t, nil)
			tt.run()
			spans := spansIn(t, q)
			if len(spans) != len(tt.want) {
				t.Fatalf("spans %v, want %v", spans, tt.want)
			}
			for child, parent := range tt.want {
				want := spans[parent].id
				if parent == "foreign" {
					want = string(sdkSpan.SpanID[:])
				}
				if got := spans[child].parent; got != want {
					t.Errorf("parent of %s is %x, want %x (%s)", child, got, want, parent)
				}
			}
			if Current() != nil {
				t.Error("a span is current at the end")
			}
		})
	}
}

func TestForeignSpanContext(t *testing.T) {
	recordInto(t, nil)
	for _, remote := range []bool{false, true} {
		sc := sdkSpan
		sc.Remote = remote
		ctx := ContextWithForeign(nil, sc)
		if got := FromContext(ctx).SpanContext(); got != sc {
			t.Errorf("got %+v, want %+v", got, sc)
		}
		if FromContext(ctx).IsRecording() {
			t.Error("a foreign span records")
		}
		FromContext(ctx).End()
		child, _ := Start(ctx, "child", KindInternal)
		if got := child.SpanContext(); got.State != sc.State || got.TraceID != sc.TraceID || !got.IsSampled() || got.Remote {
			t.Errorf("the child has %+v", got)
		}
		if !child.Continues(sc) || child.Continues(SpanContext{TraceID: sc.TraceID, SpanID: SpanID{9}}) {
			t.Error("the child does not know whom it continues")
		}
		if child.rec.remote != remote {
			t.Errorf("the parent is remote: %t", child.rec.remote)
		}
		child.End()
		if child.Continues(sc) {
			t.Error("an ended span continues something")
		}
	}
	outer, ctx := Start(context.Background(), "outer", KindServer)
	defer outer.End()
	root, _ := Start(ContextWithForeign(ctx, SpanContext{}), "root", KindInternal)
	if root.TraceID() == outer.TraceID() || root.rec.hasParent {
		t.Error("a span that is none is a parent")
	}
	root.End()
	if s, _ := StartForeign(context.Background(), nil, SpanContext{}, KindInternal); s != nil {
		t.Error("a span that is none was started")
	}
}

func TestForeignWhenDisabled(t *testing.T) {
	recordInto(t, func(p *provider) { p.disabled, p.recording = true, false })
	if f, _ := StartForeign(context.Background(), nil, sdkSpan, KindInternal); f != nil {
		t.Error("a foreign span was started")
	}
	ctx := ContextWithForeign(context.Background(), sdkSpan)
	s, _ := Start(ctx, "passes on", KindServer)
	if sc := s.SpanContext(); sc.TraceID != sdkSpan.TraceID || sc.SpanID != sdkSpan.SpanID {
		t.Errorf("passes on %v", sc)
	}
	s.End()
	if s, _ := Start(ContextWithForeign(ctx, SpanContext{}), "root", KindInternal); s != nil {
		t.Error("a span was started")
	}
}

func TestUnsampledForeignParent(t *testing.T) {
	q := recordInto(t, nil)
	sc := sdkSpan
	sc.Flags = 0
	f, ctx := StartForeign(context.Background(), nil, sc, KindInternal)
	a, _ := Start(ctx, "a", KindClient)
	if a.IsRecording() || a.TraceID() != sc.TraceID {
		t.Errorf("the child records: %t", a.IsRecording())
	}
	a.End()
	f.End()
	if spans := spansIn(t, q); len(spans) != 0 {
		t.Errorf("spans %v", spans)
	}
}

func TestPause(t *testing.T) {
	recordInto(t, nil)
	outer, ctx := Start(context.Background(), "outer", KindServer)
	defer outer.End()
	p := Pause()
	if s, _ := Start(ctx, "export", KindClient); s != nil {
		t.Error("a span while paused")
	}
	if again := Pause(); again != nil {
		t.Error("paused twice")
	}
	p.Resume()
	if Current() != outer {
		t.Error("not resumed")
	}
	(*Paused)(nil).Resume()
}

// An instrumentation library of the program has made a span of the request already.
func TestForeignSpanOfTheSameOperation(t *testing.T) {
	q := recordInto(t, nil)
	f, ctx := StartForeign(context.Background(), nil, sdkSpan, KindClient.Of(HTTP))
	if s, _ := Start(ctx, "the same", KindClient.Of(HTTP)); s != nil {
		t.Error("a second span of one operation")
	}
	other, _ := Start(ctx, "other", KindClient.Of(Database))
	other.End()
	f.End()
	later, _ := Start(ctx, "later", KindClient.Of(HTTP))
	later.End()
	if spans := spansIn(t, q); len(spans) != 2 || spans["other"].name == "" || spans["later"].name == "" {
		t.Errorf("spans %v", spans)
	}
}
