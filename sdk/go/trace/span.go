// Package trace makes spans, by the OpenTelemetry specification (trace/api.md,
// trace/sdk.md), for hooks that run inside other people's functions: nothing
// here blocks, panics, or asks for more than the arguments of one call.
//
// A Span is a small value that is never used twice, so it may be kept for as
// long as one likes. What the span records is in a record, which is reused once
// the span has ended; the span's generation then no longer fits the record's,
// and every method on it does nothing.
package trace

import (
	"sync/atomic"
	"unsafe"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/internal/goroutine"
)

// Status is a span's status, with the numbers of OTLP's StatusCode.
type Status uint8

// Statuses (trace/api.md#set-status).
const (
	StatusUnset Status = iota
	StatusOK
	StatusError
)

// Span is one span of a trace. A nil *Span is valid; its methods do nothing.
// Spans may be used from several goroutines at once.
//
// It must hold no pointer to another Span: spans come from slabs, and one span
// that is kept would keep all that were made before it.
type Span struct {
	goroutine.Slot // first, so that a slot's address is its span's

	rec    *record
	gen    uint64
	root   *root
	id     SpanID
	flags  byte
	layer  layer
	manual bool   // the program itself has started it
	remote bool   // it is in another process
	within layers // those of the span and of what it descends from
}

// root is what the spans of one trace in this process share, as far as they have the
// same baggage.
type root struct {
	*tree
	baggage *baggage.Baggage
}

// tree is what all spans of one trace in this process share.
type tree struct {
	ended   atomic.Int64 // clock.Monotonic when the local root ended, 0 before
	anchor  int64        // clock.Anchor of this trace
	traceID TraceID
	state   string // tracestate

	debug, deferred bool // as in SpanContext
}

// rootedTree is a tree with its first root, in one allocation.
type rootedTree struct {
	root root
	tree tree
}

// plant returns the root of t.
func (t *rootedTree) plant() *root {
	t.root.tree = &t.tree
	return &t.root
}

func newRoot(now int64) *root {
	t := &rootedTree{}
	t.tree.anchor = clock.Anchor(now)
	return t.plant()
}

// with returns the root of the same tree for spans with baggage b.
func (r *root) with(b *baggage.Baggage) *root {
	if r.baggage == b {
		return r
	}
	return &root{r.tree, b}
}

// adoptionGrace is for how long after the end of a local root goroutines that it
// left behind still start spans in its trace, in nanoseconds. Work that a request
// hands off ends within it; a goroutine that lives for ever leaves the trace.
const adoptionGrace = int64(30e9)

func (r *tree) adoptable() bool {
	ended := r.ended.Load()
	return ended == 0 || clock.Monotonic()-ended < adoptionGrace
}

func spanOf(slot *goroutine.Slot) *Span { return (*Span)(unsafe.Pointer(slot)) }

// now is the time by the clock of the span's trace, in nanoseconds since 1970.
func (s *Span) now() int64 { return s.root.anchor + clock.Monotonic() }

// live reports whether s has not ended.
func (s *Span) live() bool { return s.rec.state.Load()>>1 == s.gen }

// same reports whether two values stand for one span: there is a second one
// where the program's own profiler labels changed under the first.
func (s *Span) same(o *Span) bool { return s.rec == o.rec && s.gen == o.gen }

// successor returns the span that takes the place of s, which has ended, as the
// current one of a goroutine.
func (s *Span) successor() *Span {
	for s.rec.retired.Load() == s.gen {
		s = s.rec.prev
		if s == nil || s.live() {
			return s
		}
	}
	if s.root.adoptable() {
		return s
	}
	return nil
}

// descendsFrom reports whether ancestor is a parent of s, or a parent's parent,
// as far as the spans between them are live.
func (s *Span) descendsFrom(ancestor *Span) bool {
	const deepest = 1000 // a bound on the walk, not on traces
	for range deepest {
		r := s.lock()
		if r == nil {
			return false
		}
		parent, parentID := r.parent, r.parentID
		r.unlock(s.gen)
		if parent == nil {
			return ancestor.isForeign() && parentID == ancestor.id && s.root.traceID == ancestor.root.traceID
		}
		if parent.same(ancestor) || ancestor.isForeign() && parent.equals(ancestor) {
			return true
		}
		s = parent
	}
	return false
}

// withLabels returns a second value for the same span that carries the program's
// own profiler labels user.
func (s *Span) withLabels(user []goroutine.Label) *Span {
	c := &Span{
		rec: s.rec, gen: s.gen, root: s.root, id: s.id, flags: s.flags,
		layer: s.layer, within: s.within, manual: s.manual,
	}
	c.Init(user)
	return c
}

// SpanContext returns what travels to other processes. It stays valid after End.
func (s *Span) SpanContext() SpanContext {
	if s == nil {
		return SpanContext{}
	}
	return SpanContext{
		TraceID: s.root.traceID, SpanID: s.id, State: s.root.state,
		Flags: s.flags, Remote: s.remote,
		Debug: s.root.debug, Deferred: s.root.deferred,
	}
}

// TraceID returns the id of the span's trace, all zero for nil.
func (s *Span) TraceID() TraceID {
	if s == nil {
		return TraceID{}
	}
	return s.root.traceID
}

// SpanID returns the span's id, all zero for nil.
func (s *Span) SpanID() SpanID {
	if s == nil {
		return SpanID{}
	}
	return s.id
}

// IsSampled reports whether the span's trace is sampled.
func (s *Span) IsSampled() bool { return s != nil && s.flags&FlagSampled != 0 }

// Baggage returns the baggage of the context with which the span was started, or
// else that of its parent.
func (s *Span) Baggage() *baggage.Baggage {
	if s == nil {
		return nil
	}
	return s.root.baggage
}

// IsRecording reports whether what is set on the span will be sent: it is
// sampled, an exporter is configured, and it has not ended.
func (s *Span) IsRecording() bool {
	r := s.recordingLock()
	if r == nil {
		return false
	}
	r.unlock(s.gen)
	return true
}
