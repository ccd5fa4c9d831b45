package metric

import (
	"maps"
	"slices"
	"time"

	"go.weft.dev/sdk/export"
)

// idleDeliveries is after how many deliveries without a value a series is let go of
// where all readers want delta temporality. Its attributes then count as new.
const idleDeliveries = 10

// scratch is memory that collections use again.
type scratch struct {
	drained data
	encoder encoder
}

// collect returns what the instruments hold for a reader.
func (r *registry) collect(reader int) []export.Metric {
	r.collecting.Lock()
	defer r.collecting.Unlock()
	p := r.provider()
	if reader >= len(p.readers) {
		return nil
	}
	r.call(reader)
	r.mu.Lock()
	instruments := slices.Clip(r.instruments)
	r.mu.Unlock()
	var metrics []export.Metric
	for _, i := range instruments {
		for ; i != nil; i = i.next.Load() {
			if m, ok := i.collect(p, reader, &r.scratch); ok {
				metrics = append(metrics, m)
			}
		}
	}
	return metrics
}

func (i *instrument) collect(p *provider, reader int, s *scratch) (export.Metric, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.last == nil || i.view.Load().drops() {
		return export.Metric{}, false // never used, or never to be
	}
	now := max(time.Now().UnixNano(), i.last[reader]+1)
	delta := i.kind.deltaFor(p.readers[reader])
	e := &s.encoder
	e.begin(i, delta, i.exponentialFor(p.readers[reader]), now)
	if i.kind.observable() {
		i.collectObserved(reader, delta, e)
	} else {
		i.collectSeries(reader, delta, s)
	}
	if e.count == 0 {
		i.delivered(reader, now) // there is nothing to wait for
		return export.Metric{}, false
	}
	m := export.Metric{Scope: i.scope, Bytes: e.finish(), Points: e.count}
	if delta {
		m.Delivered = func() {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.delivered(reader, now)
		}
	} else {
		i.last[reader] = now
	}
	return m, true
}

// collectSeries drains all series and encodes those of a reader that hold a value.
// The caller holds the lock.
func (i *instrument) collectSeries(reader int, delta bool, s *scratch) {
	for _, series := range i.series {
		series.collect(reader, delta, s)
	}
	if i.overflow != nil {
		i.overflow.collect(reader, delta, s)
	}
}

func (s *series) collect(reader int, delta bool, scratch *scratch) {
	i := s.instrument
	s.drain(&scratch.drained)
	h := &s.held[reader]
	switch {
	case !delta && h.touched:
		scratch.encoder.point(s.attributes, s.start, &h.data)
	case delta && (h.touched || h.sent != nil && h.sent.touched):
		if h.sent == nil {
			h.sent = new(data)
			h.sent.init(i)
		}
		h.sent.merge(i, &h.data)
		h.data.reset(i)
		scratch.encoder.point(s.attributes, i.last[reader], h.sent)
	}
}

// drain moves what the cells hold to each reader.
func (s *series) drain(drained *data) {
	i := s.instrument
	*drained = data{buckets: drained.buckets, exponential: drained.exponential}
	if i.explicit {
		drained.buckets = slices.Grow(drained.buckets[:0], len(i.bounds)+1)[:len(i.bounds)+1]
	} else {
		drained.buckets = nil
	}
	if !i.exponential {
		drained.exponential = nil
	}
	drained.reset(i)
	drained.drain(i, &s.first)
	for n := range s.more {
		if c := s.more[n].Load(); c != nil {
			drained.drain(i, c)
		}
	}
	for n := range s.held {
		s.held[n].merge(i, drained)
	}
}

// delivered notes that a reader's backend has what was last collected. The caller
// holds the lock.
func (i *instrument) delivered(reader int, now int64) {
	i.last[reader] = now
	if i.kind.observable() {
		for _, o := range i.observed[reader] {
			o.delivered = o.value
			o.deliveredCounts = append(o.deliveredCounts[:0], o.counts...)
		}
		return
	}
	idle := false
	for _, s := range i.series {
		idle = s.delivered(reader) || idle
	}
	if i.overflow != nil {
		i.overflow.delivered(reader)
	}
	if idle && i.delta {
		i.forget()
	}
}

// delivered reports whether the series has been idle for long.
func (s *series) delivered(reader int) bool {
	h := &s.held[reader]
	if h.sent == nil || !h.sent.touched {
		s.idle++
		return s.idle >= idleDeliveries && !s.pinned
	}
	h.sent.reset(s.instrument)
	s.idle = 0
	return false
}

// forget takes idle series out. Whoever found one before and records in it now sees
// that it is dead, and records again elsewhere (see successor), unless what it holds
// is seen here: then it lives on. Only who takes longer than idleDeliveries between
// recording and looking could count twice. The caller holds the lock.
func (i *instrument) forget() {
	for _, s := range i.series {
		if s.pinned || s.idle < idleDeliveries {
			continue
		}
		s.dead.Store(true)
		if !s.empty() {
			s.dead.Store(false)
			s.idle = 0
		}
	}
	i.series = slices.DeleteFunc(i.series, func(s *series) bool { return s.dead.Load() })
	i.table.Store(i.table.Load().without())
	i.full.Store(len(i.series) >= i.limit)
}

// empty reports whether there is nothing in the series that was not delivered.
func (s *series) empty() bool {
	if !s.first.empty() {
		return false
	}
	for n := range s.more {
		if c := s.more[n].Load(); c != nil && !c.empty() {
			return false
		}
	}
	for n := range s.held {
		if h := &s.held[n]; h.touched || h.sent != nil && h.sent.touched {
			return false
		}
	}
	return true
}

func (c *cell) empty() bool {
	if c.touched.Load() {
		return false
	}
	for n := range c.buckets {
		if c.buckets[n].Load() > 0 {
			return false
		}
	}
	return c.exponential == nil || c.exponential.empty()
}

// collectObserved encodes what a reader's callbacks have just observed, and forgets
// what they observed before and no longer do. The caller holds the lock.
func (i *instrument) collectObserved(reader int, delta bool, e *encoder) {
	if i.observed == nil {
		return
	}
	series := i.observed[reader]
	for _, key := range slices.Sorted(maps.Keys(series)) {
		o := series[key]
		switch {
		case !o.fresh:
			delete(series, key)
			continue
		case i.kind == kindObservableHistogram && delta:
			e.observedHistogram(o, i.last[reader])
		case i.kind == kindObservableHistogram:
			e.observedHistogram(o, o.start)
		case delta:
			e.number(o.attributes, i.last[reader], subtractBits(o.value, o.delivered, i.float), nil)
		default:
			e.number(o.attributes, o.start, o.value, nil)
		}
		o.fresh = false
	}
}
