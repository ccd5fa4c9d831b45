package trace

import (
	"context"
	"testing"
)

// child runs f on a goroutine that this one starts, and waits for it.
func child(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

// Who outlives a request belongs to it for a while, or for as long as a span of
// its own that began in that while.
func TestLiveness(t *testing.T) {
	ctx := context.Background()
	parentOf := func(t *testing.T, want *Span) {
		t.Helper()
		s := StartLeaf(ctx, "s", KindInternal)
		if got := s.rec.parent; (got == nil) != (want == nil) || got != nil && !got.same(want) {
			t.Errorf("the parent is %v, want %v", got.SpanContext(), want.SpanContext())
		}
		s.End()
	}
	// outlives ends a span while a goroutine that it started goes on: f gets the
	// span, and a function that lets the time of adoption pass.
	outlives := func(f func(t *testing.T, a *Span, expire func())) func(*testing.T) {
		return func(t *testing.T) {
			recordInto(t, nil)
			a, _ := Start(ctx, "a", KindServer)
			ended, done := make(chan bool), make(chan bool)
			go func() {
				defer close(done)
				<-ended
				f(t, a, func() { a.root.ended.Add(-adoptionGrace) })
			}()
			a.End()
			close(ended)
			<-done
			if Current() != nil {
				t.Error("a span is current after its end")
			}
		}
	}
	tests := map[string]func(*testing.T, *Span, func()){
		"a goroutine": func(t *testing.T, a *Span, expire func()) {
			parentOf(t, a)
			expire()
			parentOf(t, nil)
			parentOf(t, nil)
		},
		"a goroutine that it starts": func(t *testing.T, a *Span, expire func()) {
			child(func() { child(func() { parentOf(t, a) }) })
			expire()
			child(func() { child(func() { parentOf(t, nil) }) })
		},
		"one that waits meanwhile": func(t *testing.T, a *Span, expire func()) {
			started, expired, done := make(chan bool), make(chan bool), make(chan bool)
			go func() {
				defer close(done)
				close(started)
				<-expired
				parentOf(t, nil)
			}()
			<-started
			expire()
			close(expired)
			<-done
		},
		"a span of its own": func(t *testing.T, a *Span, expire func()) {
			b := StartLeaf(ctx, "b", KindInternal)
			expire()
			parentOf(t, b)
			child(func() { parentOf(t, b) })
			b.End()
			parentOf(t, nil)
		},
		"a trace of its own": func(t *testing.T, a *Span, expire func()) {
			expire()
			b := StartLeaf(ctx, "b", KindInternal)
			if b.root.traceID == a.root.traceID {
				t.Error("the trace is the old one")
			}
			child(func() { parentOf(t, b) })
			b.End()
			child(func() { parentOf(t, nil) })
		},
		"detached": func(t *testing.T, a *Span, expire func()) {
			Detach()
			parentOf(t, nil)
			child(func() { parentOf(t, nil) })
			expire()
			parentOf(t, nil)
		},
		"bound work": func(t *testing.T, a *Span, expire func()) {
			bound := Bind(func() { parentOf(t, a) })
			late := Bind(func() { parentOf(t, nil) })
			Detach()
			bound()
			expire()
			late()
			parentOf(t, nil)
		},
		"an explicit context": func(t *testing.T, a *Span, expire func()) {
			expire()
			s := StartLeaf(ContextWithSpan(ctx, a), "s", KindInternal)
			if s.rec.parent != a {
				t.Error("the context does not count")
			}
			s.End()
			parentOf(t, nil)
		},
	}
	for name, f := range tests {
		t.Run(name, outlives(f))
	}

	t.Run("a child that ends before its root", func(t *testing.T) {
		recordInto(t, nil)
		a, _ := Start(ctx, "a", KindServer)
		b, _ := Start(ctx, "b", KindInternal)
		ended, done := make(chan bool), make(chan bool)
		go func() {
			defer close(done)
			<-ended
			parentOf(t, b) // its root goes on
		}()
		b.End()
		close(ended)
		<-done
		parentOf(t, a)
		a.End()
		parentOf(t, nil)
	})
	t.Run("one that was ended elsewhere, over one that ended", func(t *testing.T) {
		recordInto(t, nil)
		a, _ := Start(ctx, "a", KindServer)
		b, _ := Start(ctx, "b", KindInternal)
		child(func() {
			Detach()
			b.End()
			a.End()
		})
		if cur := Current(); cur != nil && !cur.same(a) {
			t.Errorf("current is %v", cur.SpanContext())
		}
		a.root.ended.Add(-adoptionGrace)
		parentOf(t, nil)
	})
}
