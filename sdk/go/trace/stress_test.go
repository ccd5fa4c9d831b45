package trace

import (
	"context"
	"sync"
	"testing"

	"go.weft.dev/sdk/attribute"
)

// Spans that are used by several goroutines, and after their end, keep what is
// theirs: each arrives once and with its own attribute only.
func TestConcurrentUse(t *testing.T) {
	q := recordInto(t, nil)
	key := attribute.NewKey("name")
	const goroutines, each = 8, 200
	var all sync.WaitGroup
	for g := range goroutines {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range each {
				name := string(rune('a'+g)) + string(rune('A'+i%26)) + string(rune('A'+i/26))
				s, ctx := Start(context.Background(), name, KindInternal)
				var others sync.WaitGroup
				for range 2 {
					others.Add(1)
					go func() {
						defer others.Done()
						s.SetString(key, name)
						Current().SpanContext()
						child := StartLeaf(ctx, name+"c", KindClient)
						s.End()
						child.SetString(key, name+"c")
						child.End()
						s.SetString(key, "too late")
					}()
				}
				others.Wait()
				s.End()
			}
		}()
	}
	all.Wait()
	if got, want := q.Len(), goroutines*each*3; got != want {
		t.Errorf("%d spans, want %d", got, want)
	}
	for name, s := range spansIn(t, q) {
		if got := s.attributes["name"]; len(got) < 2 || got[2:] != name {
			t.Errorf("span %s has the attribute %q", name, got)
		}
	}
}
