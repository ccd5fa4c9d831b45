package dbconv

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Targets remembers to which database clients talk, and does not keep them alive. The zero value is
// empty.
type Targets[T any] struct {
	known sync.Map // weak.Pointer[T] to *remembered
	// last is the one that was asked for last: most programs have one client, and a weak pointer takes
	// longer to make than all the rest.
	last atomic.Pointer[remembered]

	pools  sync.Once
	closed sync.Map // weak.Pointer[T]
}

type remembered struct {
	client uintptr // the address
	target Target
}

// Remember notes the target of a client. A later call counts.
func (t *Targets[T]) Remember(client *T, target Target) {
	if client == nil {
		return
	}
	key := weak.Make(client)
	if _, was := t.known.Swap(key, &remembered{addressOf(client), target}); !was {
		runtime.AddCleanup(client, func(key weak.Pointer[T]) {
			t.known.Delete(key)
			t.closed.Delete(key)
		}, key)
	}
	// The client may be where another one was before.
	t.last.Store(nil)
}

// unknown is the target of clients that nothing is known of.
var unknown = Target{System: OtherSQL}

// Of returns the target of a client, which must not be changed. The client is one of those that Remember
// has seen: what is asked of any other one may be answered with what was at its address before.
func (t *Targets[T]) Of(client *T) *Target {
	if client == nil {
		return &unknown
	}
	if r := t.last.Load(); r != nil && r.client == addressOf(client) {
		return &r.target
	}
	known, ok := t.known.Load(weak.Make(client))
	if !ok {
		return &unknown
	}
	r := known.(*remembered)
	t.last.Store(r)
	return &r.target
}

func addressOf[T any](client *T) uintptr { return uintptr(unsafe.Pointer(client)) }
