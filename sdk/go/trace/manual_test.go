package trace

import (
	"context"
	"testing"
	"time"
)

func TestStartWith(t *testing.T) {
	q := recordInto(t, nil)
	var scope *Scope
	began := time.Unix(1700000000, 123)
	outer, ctx := Start(context.Background(), "outer", KindServer)
	child, in := scope.StartWith(ctx, "child", Options{Kind: KindConsumer, Time: began})
	if FromContext(in) != child || Current() != child {
		t.Error("the span is neither the context's nor the goroutine's")
	}
	child.AddEventAt(began.Add(time.Second), "event")
	child.EndAt(began.Add(2 * time.Second))
	root, _ := scope.StartWith(ctx, "root", Options{NewRoot: true})
	if root.TraceID() == outer.TraceID() {
		t.Error("a new root is in its context's trace")
	}
	root.EndAt(time.Time{})
	if Current() != outer {
		t.Error("the outer span is not current again")
	}
	outer.End()
	outer.EndAt(began) // too late
	(*Span)(nil).EndAt(began)
	(*Span)(nil).AddEventAt(began, "none")

	spans := spansIn(t, q)
	c, r := spans["child"], spans["root"]
	if c.start != uint64(began.UnixNano()) || c.end != uint64(began.Add(2*time.Second).UnixNano()) {
		t.Errorf("from %d to %d", c.start, c.end)
	}
	if c.parent != spans["outer"].id || c.kind != uint64(KindConsumer) || c.events != 1 {
		t.Errorf("child %+v", c)
	}
	if r.parent != "" || r.kind != uint64(KindInternal) || r.end < r.start || r.end > uint64(time.Now().UnixNano()) {
		t.Errorf("root %+v", r)
	}
}
