package trace

import (
	"context"
	"slices"
	"testing"

	"go.weft.dev/sdk/internal/goroutine"
)

func TestSuppression(t *testing.T) {
	background := context.Background()
	client, database := KindClient.Of(HTTP), KindClient.Of(Database)
	remote := SpanContext{TraceID: TraceID{1}, SpanID: SpanID{1}, Flags: FlagSampled}

	// nest starts spans in one another, from the outermost on, and ends them.
	nest := func(kinds ...Kind) func() []bool {
		return func() (made []bool) {
			ctx := background
			var spans []*Span
			for _, kind := range kinds {
				var s *Span
				s, ctx = Start(ctx, "s", kind)
				spans = append(spans, s)
				made = append(made, s != nil)
			}
			for _, s := range spans {
				s.End()
			}
			return made
		}
	}
	one, two := NewScope("one", ""), NewScope("two", "")
	library := KindClient.Of(Library)
	// ended ends spans, the innermost first, and says which were made.
	ended := func(spans ...*Span) (made []bool) {
		for _, s := range spans {
			made = append(made, s != nil)
		}
		for _, s := range slices.Backward(spans) {
			s.End()
		}
		return made
	}
	all := []suppression{suppressSemconv, suppressSpanKind, suppressNone}
	tests := []struct {
		name string
		run  func() []bool
		want [3]string // by strategy: which of the spans are made
	}{
		{"same kind and convention", nest(database, database, database), [3]string{"100", "100", "111"}},
		{"other convention", nest(database, client), [3]string{"11", "10", "11"}},
		{"other convention between", nest(database, client, database), [3]string{"110", "100", "111"}},
		{"internal between", nest(database, KindInternal, database), [3]string{"110", "110", "111"}},
		{"without a convention", nest(KindClient, KindClient), [3]string{"11", "10", "11"}},
		{"internal", nest(KindInternal.Of(GenAI), KindInternal.Of(GenAI)), [3]string{"11", "11", "11"}},
		{"other kind", nest(KindServer.Of(HTTP), client), [3]string{"11", "11", "11"}},
		{"producers", nest(KindProducer.Of(Messaging), KindProducer.Of(Messaging)), [3]string{"10", "10", "11"}},
		{"consumers", nest(KindConsumer.Of(Messaging), KindConsumer.Of(Messaging)), [3]string{"10", "10", "11"}},
		{"what a server calls in this process", nest(client, KindServer.Of(HTTP), client), [3]string{"111", "111", "111"}},
		{"a server that a client calls", nest(KindServer.Of(RPC), KindClient.Of(RPC), KindServer.Of(RPC)), [3]string{"111", "111", "111"}},
		{"one after the other", func() []bool {
			a, _ := Start(background, "a", client)
			a.End()
			b, _ := Start(background, "b", client)
			b.End()
			return []bool{a != nil, b != nil}
		}, [3]string{"11", "11", "11"}},
		{"below one that has ended", func() []bool {
			a, ctx := Start(background, "a", client)
			a.End()
			b, _ := Start(ctx, "b", client)
			b.End()
			return []bool{a != nil, b != nil}
		}, [3]string{"11", "11", "11"}},
		{"below one on another goroutine", func() []bool {
			a, ctx := Start(background, "a", client)
			made := make(chan bool)
			go func() {
				Detach()
				b, _ := Start(ctx, "b", client)
				b.End()
				made <- b != nil
			}()
			b := <-made
			a.End()
			return []bool{a != nil, b}
		}, [3]string{"10", "10", "11"}},
		{"relabelled", func() []bool {
			a, _ := Start(background, "a", client)
			goroutine.Clear([]goroutine.Label{{Key: "a", Value: "1"}})
			Relabel(a)
			b, _ := Start(background, "b", client)
			b.End()
			a.End()
			goroutine.Clear(nil)
			return []bool{a != nil, b != nil}
		}, [3]string{"10", "10", "11"}},
		{"a request in two servers' hands", func() []bool {
			a, ctx := StartRemote(background, remote, "a", KindServer.Of(HTTP))
			b, _ := StartRemote(ctx, remote, "b", KindServer.Of(HTTP))
			c, _ := StartRemote(ctx, remote, "c", KindServer.Of(RPC))
			c.End()
			b.End()
			a.End()
			return []bool{a != nil, b != nil, c != nil}
		}, [3]string{"101", "100", "111"}},
		{"a server on a goroutine that serves", func() []bool {
			a, _ := StartRemote(background, remote, "a", KindServer.Of(HTTP))
			b, _ := StartRemote(background, remote, "b", KindServer.Of(HTTP))
			b.End()
			a.End()
			return []bool{a != nil, b != nil}
		}, [3]string{"11", "11", "11"}},
		{"of one library", func() []bool {
			a, ctx := one.Start(background, "a", library)
			b, _ := one.Start(ctx, "b", library)
			return ended(a, b)
		}, [3]string{"10", "10", "11"}},
		{"of two libraries, and of the first within the second", func() []bool {
			a, ctx := one.Start(background, "a", library)
			b, ctx := two.Start(ctx, "b", library)
			c, _ := one.Start(ctx, "c", library)
			d, _ := two.Start(ctx, "d", library)
			return ended(a, b, c, d)
		}, [3]string{"1100", "1000", "1111"}},
		{"of a library that is served and asks", func() []bool {
			a, ctx := one.Start(background, "a", KindServer.Of(Library))
			b, _ := one.Start(ctx, "b", library)
			return ended(a, b)
		}, [3]string{"11", "11", "11"}},
		{"beside one that goes on", func() []bool {
			a, ctx := Start(background, "a", client)
			a.Leave()
			b, _ := Start(background, "b", client)
			b.End()
			c, _ := Start(ctx, "c", client)
			c.End()
			a.End()
			return []bool{a != nil, b != nil, c != nil}
		}, [3]string{"110", "110", "111"}},
	}
	for i, by := range all {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				q := recordInto(t, func(p *provider) { p.suppress = by })
				made, want := "", 0
				for _, ok := range tt.run() {
					if ok {
						made, want = made+"1", want+1
					} else {
						made += "0"
					}
				}
				if made != tt.want[i] {
					t.Errorf("strategy %d: made %s, want %s", by, made, tt.want[i])
				}
				if n := q.Len(); n != want {
					t.Errorf("strategy %d: %d spans ended, want %d", by, n, want)
				}
				if Current() != nil {
					t.Error("a span is current after all have ended")
				}
			})
		}
	}
}

// What is done below a suppressed span belongs to the one that covers it.
func TestBelowASuppressedSpan(t *testing.T) {
	q := recordInto(t, nil)
	outer, ctx := Start(context.Background(), "outer", KindClient.Of(Database))
	inner, ctxInner := Start(ctx, "inner", KindClient.Of(Database))
	if inner != nil || ctxInner != ctx || Parent(ctxInner) != outer || Current() != outer {
		t.Error("the outer span is not in the inner one's place")
	}
	inner.End()
	below, _ := Start(ctxInner, "below", KindClient.Of(HTTP))
	below.End()
	outer.End()
	spans := spansIn(t, q)
	if spans["below"].parent != spans["outer"].id || spans["below"].kind != 3 {
		t.Errorf("below is %+v", spans["below"])
	}
}

func TestSuppressionFromEnv(t *testing.T) {
	for value, want := range map[string]suppression{
		"": suppressSemconv, " ": suppressSemconv, "semconv": suppressSemconv, "SEMCONV": suppressSemconv,
		"span-kind": suppressSpanKind, " none ": suppressNone, "spankind": suppressSemconv, "semconv,none": suppressSemconv,
	} {
		t.Setenv("OTEL_INSTRUMENTATION_EXPERIMENTAL_SPAN_SUPPRESSION_STRATEGY", value)
		if got := suppressionFromEnv(); got != want {
			t.Errorf("%q gives %d, want %d", value, got, want)
		}
	}
}

// No two kinds and conventions share a layer, and all have one but those that there are no
// messages of.
func TestLayers(t *testing.T) {
	seen := map[layer]Kind{}
	check := func(k Kind, by suppression, convention Convention) {
		kind, n := k.plain(), by.layer(k)
		if kind >= KindProducer && convention != 0 && convention != Messaging && convention < FaaS {
			if n != 0 {
				t.Errorf("kind %d and convention %d have layer %d", kind, convention, n)
			}
			return
		}
		if before, ok := seen[n]; ok || n == 0 || n > 32 || n.set() == 0 {
			t.Errorf("kind %d and convention %d have layer %d of %v", kind, convention, n, before)
		}
		seen[n] = k
		if in := n.set()&incoming != 0; in != (kind == KindServer || kind == KindConsumer) {
			t.Errorf("kind %d and convention %d: incoming is %t", kind, convention, in)
		}
		if n.isOfScope() != (convention == Library) {
			t.Errorf("kind %d and convention %d: a scope's own is %t", kind, convention, n.isOfScope())
		}
	}
	for kind := KindServer; kind <= KindConsumer; kind++ {
		check(kind, suppressSpanKind, 0)
		for c := HTTP; c <= Library; c++ {
			check(kind.Of(c), suppressSemconv, c)
		}
	}
	for _, k := range []Kind{0, KindInternal, KindInternal.Of(HTTP), KindConsumer + 1, 255} {
		for _, by := range []suppression{suppressSemconv, suppressSpanKind, suppressNone} {
			if n := by.layer(k); n != 0 {
				t.Errorf("kind %d has layer %d", k, n)
			}
		}
	}
}

func BenchmarkSuppressed(b *testing.B) {
	benchProvider(b, nil)
	root, ctx := Start(context.Background(), "query", KindClient.Of(Database))
	defer root.End()
	for b.Loop() {
		StartLeaf(ctx, "SELECT orders", KindClient.Of(Database)).End()
	}
}
