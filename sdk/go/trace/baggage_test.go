package trace

import (
	"context"
	"testing"

	"go.weft.dev/sdk/baggage"
)

// Baggage is that of the nearest of: the context after its span, the span, the
// spans that it descends from.
func TestBaggage(t *testing.T) {
	recordInto(t, nil)
	with := func(ctx context.Context, value string) context.Context {
		return baggage.NewContext(ctx, baggage.New(baggage.Member{Key: "k", Value: value}))
	}
	background := context.Background()
	check := func(when string, got *baggage.Baggage, want string) {
		t.Helper()
		if got.Value("k") != want {
			t.Errorf("%s: baggage %q, want %q", when, got.Header(), want)
		}
	}

	check("nothing", Baggage(background), "")
	check("no context", Baggage(nil), "") //nolint:staticcheck // hooks may get nil
	check("no span", Baggage(with(background, "1")), "1")

	a, ctxA := Start(with(background, "1"), "a", KindServer)
	check("span", a.Baggage(), "1")
	check("its context", Baggage(ctxA), "1")
	check("its goroutine", Baggage(background), "1")
	inherited := make(chan *baggage.Baggage)
	go func() { inherited <- Baggage(background) }()
	check("a goroutine that it starts", <-inherited, "1")

	b, ctxB := Start(with(ctxA, "2"), "b", KindInternal)
	check("child with baggage of its own", b.Baggage(), "2")
	check("its goroutine", Baggage(background), "2")
	check("the parent's context on the child's goroutine", Baggage(ctxA), "2")
	cancellable, cancel := context.WithCancel(ctxB)
	defer cancel()
	c, ctxC := Start(cancellable, "c", KindClient)
	check("grandchild", Baggage(ctxC), "2")
	check("baggage after the span", Baggage(with(ctxC, "3")), "3")
	check("baggage taken away", Baggage(baggage.NewContext(ctxC, nil)), "")
	d, _ := Start(baggage.NewContext(ctxC, nil), "d", KindClient)
	check("span without baggage", Baggage(background), "")
	d.End()
	c.End()
	b.End()
	check("after the child", Baggage(background), "1")
	a.End()
	check("after all", Baggage(background), "")
}

// Local members go from span to span, whatever the program does with its own baggage.
func TestLocalMembers(t *testing.T) {
	recordInto(t, nil)
	var local *baggage.Baggage
	a, ctxA := Start(baggage.NewContext(context.Background(), local.WithLocal("k", "1")), "a", KindServer)
	defer a.End()
	for name, ctx := range map[string]context.Context{
		"its context":                 ctxA,
		"its goroutine":               context.Background(),
		"with baggage of the program": baggage.NewContext(ctxA, baggage.New(baggage.Member{Key: "k", Value: "2"})),
		"with baggage taken away":     baggage.NewContext(ctxA, nil),
		"below a foreign span":        ContextWithForeign(ctxA, SpanContext{TraceID: a.TraceID(), SpanID: SpanID{1}}),
	} {
		if got := Baggage(ctx).Local("k"); got != "1" {
			t.Errorf("%s: %q", name, got)
		}
		span, below := Start(ctx, "b", KindInternal)
		if got := span.Baggage().Local("k"); got != "1" || Baggage(below).Local("k") != "1" {
			t.Errorf("a span %s: %q", name, got)
		}
		span.End()
	}
}
