package trace

import (
	"runtime"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/internal/queue"
)

// record holds what one span after the other records. It belongs to the span
// whose generation its state names.
type record struct {
	state   atomic.Uint64 // generation<<1 | locked
	retired atomic.Uint64 // generation of the span that it was withdrawn with
	shard   uint32        // of the queue
	slab    []Span        // from which spans are given out
	next    int           // the first in it that is not given out

	recording bool
	kind      Kind
	status    Status
	remote    bool // the parent is in another process
	hasParent bool

	scope       *queue.Scope
	provider    *provider
	name        string
	description string
	start       int64 // clock.Monotonic
	parentID    SpanID
	parent      *Span // nil for a local root
	prev        *Span // what was current before

	attributes list
	events     list
	links      list
	scratch    []byte
}

// list is a repeated field, encoded: tag, length and message of each item.
type list struct {
	bytes   []byte
	items   []item
	dropped uint32
}

// item says where an item begins in a list, and the number of its key, if it has
// one. It holds no pointer: writing one costs more while memory is collected.
type item struct {
	key   uint32
	start int
}

// reset empties l and lets go of memory that few spans need.
func (l *list) reset() {
	const most = 16 << 10
	if cap(l.bytes) > most {
		l.bytes = nil
	}
	l.bytes, l.items, l.dropped = l.bytes[:0], l.items[:0], 0
}

// nextShard spreads records over the queue's shards. Records stay with the
// processor that made them (sync.Pool), and so do, nearly, the shards.
var nextShard atomic.Uint32

var records = sync.Pool{New: func() any {
	r := &record{shard: nextShard.Add(1)}
	r.state.Store(1 << 1) // no span has generation 0
	return r
}}

// A slab of spans grows with the use of its record, so that many records in use
// at once do not each hold a large one.
const (
	firstSlab   = 4
	largestSlab = 63 // with the word that the allocator puts in front, 8 KiB
)

// newSpan returns a span of the record's present generation. Only the owner of
// the record, while no span uses it, may call it.
func (r *record) newSpan() *Span {
	if r.next == len(r.slab) {
		r.slab, r.next = make([]Span, min(max(2*len(r.slab), firstSlab), largestSlab)), 0
	}
	s := &r.slab[r.next]
	r.next++
	s.rec, s.gen = r, r.state.Load()>>1
	return s
}

// lock returns the record of s, which the caller then has for itself until it
// calls unlock, or nil when s has ended.
func (s *Span) lock() *record {
	r := s.rec
	if r == nil {
		return nil
	}
	for {
		if r.state.CompareAndSwap(s.gen<<1, s.gen<<1|1) {
			return r
		}
		if r.state.Load()>>1 != s.gen {
			return nil
		}
		// Held for some nanoseconds only, never over a call that blocks.
		runtime.Gosched()
	}
}

func (r *record) unlock(gen uint64) { r.state.Store(gen << 1) }

// recordingLock is lock for spans that record. Those that are not sampled never do,
// which is to be seen without a lock.
func (s *Span) recordingLock() *record {
	if !s.IsSampled() {
		return nil
	}
	r := s.lock()
	if r != nil && !r.recording {
		r.unlock(s.gen)
		return nil
	}
	return r
}

// recycle gives the record of an ended span back.
func (r *record) recycle() {
	r.parent, r.prev = nil, nil
	if r.recording {
		// The scope and the provider live for ever.
		r.name, r.description = "", ""
		r.attributes.reset()
		r.events.reset()
		r.links.reset()
	}
	records.Put(r)
}

// retire withdraws the record of an ended span for good, for a goroutine that
// still has the span as its current one and will ask what was current before.
func (r *record) retire(gen uint64) {
	r.scope, r.provider, r.parent = nil, nil, nil
	r.name, r.description = "", ""
	r.attributes, r.events, r.links, r.scratch = list{}, list{}, list{}, nil
	r.slab, r.next = nil, 0
	r.retired.Store(gen)
}
