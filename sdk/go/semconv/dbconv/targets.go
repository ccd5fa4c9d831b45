package dbconv

import (
	"runtime"
	"sync"
	"weak"
)

// Targets remembers to which database clients talk, and does not keep them alive. The zero value is
// empty.
type Targets[T any] struct {
	known sync.Map // weak.Pointer[T] to *Target

	pools  sync.Once
	closed sync.Map // weak.Pointer[T]
}

// Remember notes the target of a client. A later call counts.
func (t *Targets[T]) Remember(client *T, target Target) {
	if client == nil {
		return
	}
	key := weak.Make(client)
	if _, was := t.known.Swap(key, &target); !was {
		runtime.AddCleanup(client, func(key weak.Pointer[T]) {
			t.known.Delete(key)
			t.closed.Delete(key)
		}, key)
	}
}

// unknown is the target of clients that nothing is known of.
var unknown = Target{System: OtherSQL}

// Of returns the target of a client, which must not be changed.
func (t *Targets[T]) Of(client *T) *Target {
	if client == nil {
		return &unknown
	}
	if target, ok := t.known.Load(weak.Make(client)); ok {
		return target.(*Target)
	}
	return &unknown
}
