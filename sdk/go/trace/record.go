package trace

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"go.weft.dev/sdk/internal/queue"
)

// record holds what one span after the other records. It belongs to the span
// whose generation its state names. What all spans use comes first, in as few cache
// lines as can be: between two spans, caches hold other things.
type record struct {
	state     atomic.Uint64 // generation<<1 | locked
	slab      []Span        // from which spans are given out
	next      int           // the first in it that is not given out
	shard     uint32        // of the queue
	recording bool
	kind      Kind
	status    Status
	remote    bool // the parent is in another process
	hasParent bool
	more      bool // there are, or were, events or links
	parentID  SpanID
	parent    *Span // nil for a local root
	prev      *Span // what was current before

	scope      *queue.Scope
	provider   *provider
	name       string
	start      int64 // clock.Monotonic
	attributes list

	description string
	events      list
	links       list
	scratch     []byte
	retired     atomic.Uint64 // generation of the span that it was withdrawn with
	_           [24]byte      // a size of the allocator that is a multiple of a cache line
}

// list is a repeated field, encoded: tag, length and message of each item.
type list struct {
	bytes   []byte
	items   []item
	keys    keySet // of the items, and of some that were taken out
	dropped uint32
}

// item says where an item begins in a list, and the number of its key, if it has
// one. It holds no pointer: writing one costs more while memory is collected.
type item struct {
	key   uint32
	start uint32
}

// keySet tells which numbers of keys may be among some: most are not, and need not be
// looked for.
type keySet uint64

func keySetOf(key uint32) keySet { return 1 << (key % 64) }

// extend makes b, which is the bytes of l with something appended, those of l. A
// pointer that is the same is not written: that costs more while memory is collected.
func (l *list) extend(b []byte) {
	if cap(b) == cap(l.bytes) {
		l.bytes = l.bytes[:len(b)]
	} else {
		l.bytes = b
	}
}

// reset empties l and lets go of memory that few spans need.
func (l *list) reset() {
	const most = 16 << 10
	if cap(l.bytes) > most {
		l.bytes = nil
	}
	l.bytes, l.items, l.keys, l.dropped = l.bytes[:0], l.items[:0], 0, 0
}

// nextShard spreads records over the queue's shards. Records stay with the
// processor that made them (sync.Pool), and so do, nearly, the shards.
var nextShard atomic.Uint32

var records = sync.Pool{New: func() any {
	r := &record{shard: nextShard.Add(1)}
	r.state.Store(1 << 1) // no span has generation 0
	return r
}}

// newSlab returns more spans for a record. Slabs grow with the use of the record, so
// that many records in use at once do not each hold a large one. A span is as large as a
// cache line; the larger slabs begin with what, with the word that the allocator puts in
// front, makes one more: so no span takes a part of two.
func newSlab(last int) []Span {
	type begin [lineSize - unsafe.Sizeof(uintptr(0))]byte
	switch {
	case last < 4:
		return new([4]Span)[:]
	case last < 15:
		return new(struct { // 1 KiB
			_     begin
			spans [15]Span
		}).spans[:]
	default:
		return new(struct { // 4 KiB
			_     begin
			spans [63]Span
		}).spans[:]
	}
}

const lineSize = 64

// newSpan returns a span of the record's present generation. Only the owner of
// the record, while no span uses it, may call it.
func (r *record) newSpan() *Span {
	if r.next == len(r.slab) {
		r.slab, r.next = newSlab(len(r.slab)), 0
	}
	s := &r.slab[r.next]
	r.next++
	s.rec, s.gen = r, r.state.Load()>>1
	return s
}

// lock returns the record of s, which the caller then has for itself until it
// calls unlock, or nil when s has ended.
func (s *Span) lock() *record { return s.take(s.gen<<1 | 1) }

// finish is lock for good: s has ended from here on, and the caller gives the record to
// recycle or retire. Nobody waits for the record any more, so other records can be locked.
func (s *Span) finish() *record { return s.take((s.gen + 1) << 1) }

// take is lock, with the state that the record is to have.
func (s *Span) take(state uint64) *record {
	r := s.rec
	if r == nil {
		return nil
	}
	for !r.state.CompareAndSwap(s.gen<<1, state) {
		if r.state.Load()>>1 != s.gen {
			return nil
		}
		// Held for some nanoseconds only, never over a call that blocks.
		runtime.Gosched()
	}
	return r
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
		r.name = ""
		r.attributes.reset()
		if r.status == StatusError {
			r.description = ""
		}
		if r.more {
			r.events.reset()
			r.links.reset()
			r.more = false
		}
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
