package trace

import (
	"context"
	"time"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
)

// Scope is an instrumentation scope: what made a span, by name and version. A
// nil *Scope is the runtime's own.
type Scope struct{ *queue.Scope }

// NewScope returns a scope. It is meant for package variables.
func NewScope(name, version string) *Scope { return &Scope{queue.NewScope(name, version)} }

func (sc *Scope) queue() *queue.Scope {
	if sc == nil || sc.Scope == nil {
		return queue.DefaultScope()
	}
	return sc.Scope
}

// Start starts a span and makes it the goroutine's current one until it ends.
// Its parent is what Parent returns for ctx; where that is nil it begins a trace.
// The returned context carries the span. The span is nil, and ctx returned as it
// is, where no span is to be made: in the runtime's own goroutines, when
// OTEL_SDK_DISABLED is true, and where a span that it would descend from stands
// for the same operation.
func Start(ctx context.Context, name string, kind Kind) (*Span, context.Context) {
	return (*Scope)(nil).Start(ctx, name, kind)
}

// StartRemote starts a span whose parent is in another process. Where parent is
// not valid, the span that ctx carries is the parent, and where it carries none
// the span begins a trace: the goroutine's current span is not looked at, since a
// server's goroutines do not work for whoever started the server.
func StartRemote(ctx context.Context, parent SpanContext, name string, kind Kind) (*Span, context.Context) {
	return (*Scope)(nil).StartRemote(ctx, parent, name, kind)
}

// StartLeaf is Start without a context, which saves its allocation. It is for
// work that gets no context, or passes none on; what it calls on its own
// goroutine finds the span all the same.
func StartLeaf(ctx context.Context, name string, kind Kind) *Span {
	return (*Scope)(nil).StartLeaf(ctx, name, kind)
}

// Start is the package's Start for spans of this scope.
func (sc *Scope) Start(ctx context.Context, name string, kind Kind) (*Span, context.Context) {
	s := sc.StartLeaf(ctx, name, kind)
	if s == nil {
		return nil, ctx
	}
	return s, ContextWithSpan(ctx, s)
}

// StartLeaf is the package's StartLeaf for spans of this scope.
func (sc *Scope) StartLeaf(ctx context.Context, name string, kind Kind) *Span {
	return sc.StartLeafOnClock(ctx, name, kind, 0, nil)
}

// StartLeafOnClock is StartLeaf where it is now on the runtime's clock, for who has
// read that; 0 is not read yet. It sets a, if it is not nil, as SetCommon does.
func (sc *Scope) StartLeafOnClock(ctx context.Context, name string, kind Kind, now int64, a *Attributes) *Span {
	p := current()
	cur, user, ok := local()
	if !ok {
		return nil
	}
	explicit, b := carried(ctx)
	return sc.start(p, b, choose(explicit, cur), nil, name, kind, now, a, cur, user)
}

// StartRemote is the package's StartRemote for spans of this scope.
func (sc *Scope) StartRemote(ctx context.Context, parent SpanContext, name string, kind Kind) (*Span, context.Context) {
	s := sc.StartRemoteLeaf(ctx, parent, name, kind, 0)
	if s == nil {
		return nil, ctx
	}
	return s, ContextWithSpan(ctx, s)
}

// StartRemoteLeaf is the package's StartRemote for spans of this scope, without a
// context: see Carrier. It is now on the runtime's clock; 0 is not read yet.
func (sc *Scope) StartRemoteLeaf(ctx context.Context, parent SpanContext, name string, kind Kind, now int64) *Span {
	p := current()
	cur, user, ok := local()
	if !ok {
		return nil
	}
	explicit, b := carried(ctx)
	if explicit.has(p.suppress.layer(kind), sc) {
		return nil // the request is in another instrumentation's hands
	}
	if parent.IsValid() {
		return sc.start(p, b, nil, &parent, name, kind, now, nil, cur, user)
	}
	return sc.start(p, b, explicit, nil, name, kind, now, nil, cur, user)
}

// start starts a span with the parent that is not nil, if any, of which remote is
// valid, on a goroutine whose current span is cur and whose labels are user. Its
// baggage is b, or else its parent's. A now of 0 is not read yet. It has the attributes
// a, where that is not nil.
func (sc *Scope) start(p *provider, b *baggage.Baggage, parent *Span, remote *SpanContext,
	name string, kind Kind, now int64, a *Attributes, cur *Span, user []goroutine.Label,
) *Span {
	isRemote := parent == nil
	if parent.isForeign() {
		if sc := parent.SpanContext(); sc.IsValid() {
			remote = &sc
		}
		isRemote = parent.remote
		b = b.Over(parent.root.baggage)
		parent = nil
	}
	if p.disabled && parent == nil && remote == nil {
		return nil
	}
	layer := p.suppress.layer(kind)
	if parent.has(layer, sc) {
		return nil
	}
	r := records.Get().(*record)
	s := r.newSpan()
	hasParent := true
	switch {
	case parent != nil:
		s.root, s.flags = parent.root, parent.flags
		if b != nil {
			s.root = s.root.with(b.Over(s.root.baggage))
		}
		r.parentID = parent.id
	case remote != nil:
		now = orNow(now)
		s.root = newRoot(now)
		s.root.state, s.root.debug = remote.State, remote.Debug
		s.root.deferred = remote.Deferred && p.disabled
		s.root.traceID, s.root.baggage = remote.TraceID, b
		s.flags = remote.Flags & (FlagSampled | FlagRandom)
		r.parentID = remote.SpanID
	default:
		hasParent = false
		now = orNow(now)
		s.root = newRoot(now)
		s.root.traceID, s.root.baggage = newTraceID(), b
		s.flags = FlagRandom
	}
	s.enter(layer, parent)
	if p.disabled {
		s.id = r.parentID // pass on what came in (configuration/sdk-environment-variables.md)
	} else {
		s.id = newSpanID()
		decided := hasParent && (remote == nil || !remote.Deferred)
		if p.sampler.sample(s.root.traceID, decided, s.flags&FlagSampled != 0, isRemote) {
			s.flags |= FlagSampled
		} else {
			s.flags &^= FlagSampled
		}
	}
	if layer.isOfScope() {
		r.scope = sc.queue()
	}
	r.parent, r.prev = parent, cur
	r.recording = p.recording && s.flags&FlagSampled != 0
	if r.recording {
		r.begin(p, sc, name, kind, now)
		r.hasParent, r.remote = hasParent, isRemote && hasParent
		r.setCommon(a)
	}
	if p.counters != nil {
		p.counters.started(r, s, hasParent, isRemote)
	}
	s.Init(user)
	goroutine.Set(&s.Slot)
	return s
}

func (r *record) begin(p *provider, sc *Scope, name string, kind Kind, now int64) {
	if r.provider != p {
		r.provider = p
	}
	if scope := sc.queue(); r.scope != scope {
		r.scope = scope
	}
	r.name = name
	r.kind = max(kind.plain(), KindInternal)
	r.status = StatusUnset
	r.start = orNow(now)
}

// orNow reads the clock where now is 0, which is not read yet.
func orNow(now int64) int64 {
	if now == 0 {
		return clock.Monotonic()
	}
	return now
}

// Leave makes the span current that was so before s, if s is current on this
// goroutine, and lets s go on. It is for operations that end later than the call
// that began them, such as streams: what the caller does meanwhile is not part of
// them. What is done with the context of s still is.
func (s *Span) Leave() {
	if s == nil {
		return
	}
	r := s.lock()
	if r == nil {
		return
	}
	prev := r.prev
	r.prev = nil
	r.unlock(s.gen)
	s.leave(prev)
}

// Reenter makes s, if it has not ended, the current span of this goroutine again, in
// place of spans that were started during it and that nobody has ended: what they stood
// for was left by a panic.
func (s *Span) Reenter() {
	if s == nil || !s.live() {
		return
	}
	slot, user := goroutine.Current()
	if slot != nil {
		if slot.Suppressed() {
			return
		}
		user = slot.User()
	}
	restore(s, user)
}

// End ends the span and makes the span current that was so before, if s is
// current on this goroutine. Further calls do nothing.
func (s *Span) End() {
	if s != nil {
		s.end(0, time.Time{}, "", nil)
	}
}

// EndOnClock is End where it is now on the runtime's clock, for who has read that.
func (s *Span) EndOnClock(now int64) {
	if s != nil {
		s.end(now, time.Time{}, "", nil)
	}
}

// EndWith is EndOnClock after SetName, where name is not empty, and SetCommon. It takes
// the span once for all of them.
func (s *Span) EndWith(now int64, name string, a *Attributes) {
	if s != nil {
		s.end(now, time.Time{}, name, a)
	}
}

// end ends the span at a time, or else now; 0 for now is not read yet. A name that is
// not empty and attributes are set before.
func (s *Span) end(now int64, at time.Time, name string, a *Attributes) {
	r := s.finish()
	if r == nil {
		return
	}
	if r.recording || r.parent == nil {
		now = orNow(now)
	}
	if r.recording {
		if name != "" {
			r.name = name
		}
		r.setCommon(a)
		if at.IsZero() {
			r.end(s, now)
		} else {
			r.end(s, at.UnixNano()-s.root.anchor)
		}
		if c := r.provider.counters; c != nil {
			c.ended(r)
		}
	}
	if r.parent == nil {
		s.root.ended.Store(max(now, 1))
	}
	if s.leave(r.prev) {
		r.recycle()
	} else {
		r.retire(s.gen)
	}
}

// leave makes prev the goroutine's current span in place of s. It reports false
// where s may still be the current one of another goroutine.
func (s *Span) leave(prev *Span) bool {
	slot, _ := goroutine.Current()
	if slot == nil || slot.Suppressed() {
		// The program replaced the labels, or this is not the goroutine of s.
		return prev == nil
	}
	cur := spanOf(slot)
	if cur.same(s) {
		restore(prev, cur.User())
		return true
	}
	return cur.unlink(s, prev) || prev == nil
}

// restore makes prev current, with the labels that the program has now.
func restore(prev *Span, user []goroutine.Label) {
	switch {
	case prev == nil:
		goroutine.Clear(user)
	case goroutine.SameLabels(prev.User(), user):
		goroutine.Set(&prev.Slot)
	default:
		goroutine.Set(&prev.withLabels(user).Slot)
	}
}

// unlink takes ended, which the caller has locked, out of the line of spans that
// become current when s and those before it end. It reports whether it was there.
func (s *Span) unlink(ended, prev *Span) bool {
	const deepest = 100
	for range deepest {
		r := s.lock()
		if r == nil {
			return false
		}
		before := r.prev
		found := before != nil && before.same(ended)
		if found {
			r.prev = prev
		}
		r.unlock(s.gen)
		if found || before == nil {
			return found
		}
		s = before
	}
	return false
}
