package metric

import (
	"slices"
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/trace"
)

// An Observable is an instrument that is asked for its values, by callbacks, when
// they are collected.
type Observable[N Number] struct{ instrument *instrument }

// NewObservableCounter returns the observable counter of that name in a scope, as
// NewCounter does. Values are totals that only grow.
func NewObservableCounter[N Number](scope *trace.Scope, name string, o Options) *Observable[N] {
	return newObservable[N](&global, scope, name, kindObservableCounter, o)
}

// NewObservableUpDownCounter returns the observable up-down counter of that name in
// a scope, as NewCounter does. Values are totals.
func NewObservableUpDownCounter[N Number](scope *trace.Scope, name string, o Options) *Observable[N] {
	return newObservable[N](&global, scope, name, kindObservableUpDownCounter, o)
}

// NewObservableGauge returns the observable gauge of that name in a scope, as
// NewCounter does.
func NewObservableGauge[N Number](scope *trace.Scope, name string, o Options) *Observable[N] {
	return newObservable[N](&global, scope, name, kindObservableGauge, o)
}

func newObservable[N Number](r *registry, scope *trace.Scope, name string, k kind, o Options) *Observable[N] {
	return &Observable[N]{r.instrument(scope, name, k, isFloat[N](), o)}
}

// Observe reports a value to the observer that a callback was given. Of several
// values with the same attributes the last one counts.
func (o *Observable[N]) Observe(to *Observer, v N, attributes ...attribute.Attribute) {
	if o == nil || o.instrument == nil || to == nil || to.done.Load() {
		return
	}
	i := o.instrument
	if to.registry != i.registry || isFloat[N]() && i.kind != kindObservableGauge && !finite(float64(v)) {
		return
	}
	key := canonical(appendAttributes(nil, attributes))
	for ; i != nil; i = i.next.Load() {
		i.observe(to.reader, key, bitsOf(v))
	}
}

// An Observer takes the values of one collection. It is of no use after the
// callback that it was given to.
type Observer struct {
	registry *registry
	reader   int
	done     atomic.Bool // the callback has returned
}

type callback struct{ f func(*Observer) }

// OnCollect has f called at each collection, to observe instruments, until the
// function that is returned is called. f must not wait for anything.
func OnCollect(f func(*Observer)) (stop func()) {
	stop = global.onCollect(f)
	if Enabled() {
		export.MetricsUsed()
	}
	return stop
}

// Accompany is OnCollect for what is no reason to collect by itself.
func Accompany(f func(*Observer)) { global.onCollect(f) }

func (r *registry) onCollect(f func(*Observer)) (stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &callback{f}
	r.callbacks = append(r.callbacks, c)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if n := slices.Index(r.callbacks, c); n >= 0 {
			r.callbacks = slices.Delete(slices.Clone(r.callbacks), n, n+1)
		}
	}
}

// call calls all callbacks for a reader. The caller holds r.collecting, not r.mu: a
// callback may make instruments.
func (r *registry) call(reader int) {
	r.mu.Lock()
	callbacks := slices.Clip(r.callbacks)
	r.mu.Unlock()
	for _, c := range callbacks {
		c.call(&Observer{registry: r, reader: reader})
	}
}

func (c *callback) call(o *Observer) {
	defer func() {
		o.done.Store(true)
		if v := recover(); v != nil {
			report.Once("metric callback", "a callback that observes metrics panicked: %v", v)
		}
	}()
	c.f(o)
}

// observed holds the values of an observable for one reader, by attributes.
type observed map[string]*observation

type observation struct {
	attributes []byte
	value      uint64
	delivered  uint64 // the value that was last delivered, for delta temporality
	start      int64
	fresh      bool // observed in this collection

	counts, deliveredCounts []uint64 // the same of a histogram
}

// observe notes a value.
func (i *instrument) observe(reader int, key []byte, value uint64) {
	// A callback may hand its observer to other goroutines.
	i.mu.Lock()
	defer i.mu.Unlock()
	i.configure(i.registry.provider())
	v := i.view.Load()
	if v.drops() {
		return
	}
	o, shared := i.observation(reader, v.kept(key)), v.filters()
	if o == nil {
		// There is room for one more, which the rest share.
		o, shared = i.overflowObservation(reader), true
	}
	if shared && o.fresh && i.kind != kindObservableGauge {
		value = addBits(o.value, value, i.float)
	}
	o.value, o.fresh = value, true
}

// observation returns what a reader is to get with canonical attributes, nil where
// there are too many. The caller holds the lock, and has configured the instrument.
func (i *instrument) observation(reader int, key []byte) *observation {
	if i.observed == nil {
		i.observed = make([]observed, len(i.last))
	}
	if i.observed[reader] == nil {
		i.observed[reader] = make(observed)
	}
	series := i.observed[reader]
	o := series[string(key)]
	if o == nil && len(series) < i.limit {
		o = &observation{attributes: key, start: i.last[reader]}
		series[string(key)] = o
	}
	return o
}

func (i *instrument) overflowObservation(reader int) *observation {
	key := overflowing()
	o := i.observed[reader][string(key)]
	if o == nil {
		o = &observation{attributes: key, start: i.last[reader]}
		i.observed[reader][string(key)] = o
	}
	return o
}
