package trace

import (
	"context"
	"runtime"
	"testing"

	"go.weft.dev/sdk/internal/goroutine"
)

// onAnother runs f on a goroutine without a span, and returns what is current
// there afterwards.
func onAnother(f func()) *Span {
	left := make(chan *Span)
	go func() {
		Detach()
		defer func() { left <- Current() }()
		f()
	}()
	return <-left
}

func TestBind(t *testing.T) {
	recordInto(t, nil)
	background := context.Background()
	var ran *Span
	task := func() { ran = Current() }

	unbound := Bind(task)
	a, _ := Start(background, "a", KindServer)
	bound := Bind(task)
	b, _ := Start(background, "b", KindInternal)
	bound()
	if ran != a || Current() != b {
		t.Error("on the same goroutine: not the span of the submitter, or it stays")
	}
	unbound()
	if ran != nil || Current() != b {
		t.Error("what was submitted without a span has one, or took it away")
	}
	b.End()
	if left := onAnother(bound); ran != a || left != nil {
		t.Error("on another goroutine: not the span of the submitter, or it stays")
	}
	onAnother(Bind(func() {
		inherited := make(chan *Span)
		go func() { inherited <- Current() }()
		ran = <-inherited
	}))
	if ran != a {
		t.Error("a goroutine that the task starts does not inherit the span")
	}
	if left := onAnother(Bind(func() { Start(background, "never ended", KindInternal) })); left != nil {
		t.Error("a span that the task did not end stays")
	}
	if left := onAnother(func() {
		defer func() { _ = recover() }()
		Bind(func() { panic("task") })()
	}); left != nil {
		t.Error("the span stays after a panic")
	}
	if left := onAnother(Bind(runtime.Goexit)); left != nil {
		t.Error("the span stays after Goexit")
	}
	a.End()
	if onAnother(bound); ran != a {
		t.Error("for a while, a span that has ended is still the submitter's")
	}
	a.root.ended.Add(-adoptionGrace)
	if onAnother(bound); ran != nil {
		t.Error("a task that runs long after the end has a span")
	}
	if Bind(nil) != nil {
		t.Error("no function becomes one")
	}
}

// A worker keeps its own labels, and those that a task sets.
func TestBindLabels(t *testing.T) {
	recordInto(t, nil)
	labels := func() string {
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
	set := func(key string) { // as woven
		s := Carry()
		goroutine.Clear([]goroutine.Label{{Key: key, Value: "1"}})
		Relabel(s)
	}
	set("submitter")
	a, _ := Start(context.Background(), "a", KindServer)
	defer a.End()
	var during, after string
	task := Bind(func() {
		during = labels()
		if Current().SpanID() != a.SpanID() {
			t.Error("not the span of the submitter")
		}
		set("task")
		if Current().SpanID() != a.SpanID() {
			t.Error("labels took the span away")
		}
	})
	onAnother(func() {
		set("worker")
		task()
		after = labels()
	})
	if during != "worker=1 " || after != "task=1 " {
		t.Errorf("labels %q during the task and %q after it", during, after)
	}
	goroutine.Clear(nil)
}

func TestEnter(t *testing.T) {
	recordInto(t, nil)
	a, _ := Start(context.Background(), "a", KindServer)
	e := Binding{}.Enter()
	if Current() != nil {
		t.Error("a span is current within no binding")
	}
	if e.Leave(); Current() != a {
		t.Error("the span has not come back")
	}
	a.End()
}

// What the runtime's own goroutines hand on is the runtime's own.
func TestBindSuppressed(t *testing.T) {
	recordInto(t, nil)
	var bound func()
	onAnother(func() {
		goroutine.Suppress()
		bound = Bind(func() {
			if s, _ := Start(context.Background(), "s", KindInternal); s != nil {
				t.Error("a span in suppressed work")
			}
		})
	})
	a, _ := Start(context.Background(), "a", KindServer)
	if bound(); Current() != a {
		t.Error("suppression stays")
	}
	onSuppressed := Bind(func() {
		if Current() != nil {
			t.Error("a span in a suppressed goroutine")
		}
	})
	onAnother(func() {
		goroutine.Suppress()
		onSuppressed()
		if slot, _ := goroutine.Current(); slot == nil || !slot.Suppressed() {
			t.Error("suppression is gone")
		}
	})
	a.End()
}

func BenchmarkBind(b *testing.B) {
	benchProvider(b, nil)
	root, _ := Start(context.Background(), "GET /", KindServer)
	defer root.End()
	task := func() {}
	for b.Loop() {
		Bind(task)()
	}
}
