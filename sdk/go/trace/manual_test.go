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

func TestManualParents(t *testing.T) {
	ctx := context.Background()
	var scope *Scope
	manual := func(ctx context.Context, name string) (*Span, context.Context) {
		return scope.StartWith(ctx, name, Options{})
	}
	tests := []struct {
		name string
		run  func()
		want map[string]string // child to parent, "" for a root
	}{
		{"as the contexts say", func() {
			a, in := manual(ctx, "a")
			b, _ := manual(in, "b")
			c, _ := manual(in, "c") // while b goes on
			d, _ := manual(ctx, "d")
			d.End()
			c.End()
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": "a", "c": "a", "d": ""}},
		{"of the goroutine's woven span", func() {
			a, in := Start(ctx, "a", KindServer)
			b, _ := manual(ctx, "b")
			c, _ := Start(ctx, "c", KindClient)
			d, _ := manual(in, "d") // c is deeper than the context
			d.End()
			c.End()
			b.End()
			e, _ := manual(in, "e")
			e.End()
			a.End()
		}, map[string]string{"a": "", "b": "a", "c": "b", "d": "c", "e": "a"}},
		{"of a foreign span", func() {
			f, in := StartForeign(ctx, nil, sdkSpan, KindInternal)
			a, _ := manual(in, "a")
			a.End()
			b, _ := manual(ContextWithForeign(ctx, sdkSpan), "b")
			b.End()
			c, _ := manual(ctx, "c")
			c.End()
			f.End()
		}, map[string]string{"a": "foreign", "b": "foreign", "c": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := recordInto(t, nil)
			tt.run()
			spans := spansIn(t, q)
			for child, parent := range tt.want {
				want := spans[parent].id
				if parent == "foreign" {
					want = string(sdkSpan.SpanID[:])
				}
				if got := spans[child].parent; got != want {
					t.Errorf("parent of %s is %x, want %x (%s)", child, got, want, parent)
				}
			}
		})
	}
}
