package metric

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/wire"
	"go.weft.dev/sdk/trace"
)

type kind uint8

const (
	kindCounter kind = iota
	kindUpDownCounter
	kindGauge
	kindHistogram
	kindObservableCounter
	kindObservableUpDownCounter
	kindObservableGauge
	kindObservableHistogram
	kinds
)

// kindNames are those of files of configuration. To them, what is observed as a histogram
// is one.
var kindNames = [kinds]string{
	kindCounter: "counter", kindUpDownCounter: "up_down_counter", kindGauge: "gauge", kindHistogram: "histogram",
	kindObservableCounter: "observable_counter", kindObservableUpDownCounter: "observable_up_down_counter",
	kindObservableGauge: "observable_gauge", kindObservableHistogram: "histogram",
}

func (k kind) observable() bool { return k >= kindObservableCounter }

// histogram reports whether points of the kind have buckets.
func (k kind) histogram() bool { return k == kindHistogram || k == kindObservableHistogram }

// monotonic reports whether sums of the kind only grow.
func (k kind) monotonic() bool { return k == kindCounter || k == kindObservableCounter }

// deltaFor reports whether a reader wants the kind with delta temporality
// (metrics/sdk_exporters/otlp.md).
func (k kind) deltaFor(r export.MetricReader) bool {
	switch k {
	case kindCounter, kindHistogram:
		return r.Delta
	case kindObservableCounter, kindObservableHistogram:
		return r.DeltaObserved
	default:
		return false
	}
}

// defaultBounds are those of histograms that name none
// (metrics/sdk.md#explicit-bucket-histogram-aggregation).
var defaultBounds = [...]float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}

// defaultLimit is how many series an instrument has, besides the one for what there
// is no room for (metrics/sdk.md#cardinality-limits).
const defaultLimit = 2000

// entriesPerSeries bounds a table, which has the series and other orders of their
// attributes.
const entriesPerSeries = 4

// instrument is what all values of an instrument share.
type instrument struct {
	registry          *registry
	scope             *queue.Scope
	name, description string
	unit              string
	kind              kind
	float             bool
	declared          []float64 // bounds of a histogram

	// next has the same values for another view; it is of its own from then on.
	next atomic.Pointer[instrument]
	only *view // of a next one

	// Set with the first series.
	bounds                []float64 // of a histogram
	view                  atomic.Pointer[view]
	explicit, exponential bool // which buckets a histogram has
	filter                filter
	shards                uint32
	limit                 int  // of series
	delta                 bool // all readers want delta temporality

	plain atomic.Pointer[series] // without attributes
	table atomic.Pointer[table]
	full  atomic.Bool // there are as many series as there may be

	mu       sync.Mutex
	created  int64 // nanoseconds since 1970
	series   []*series
	overflow *series
	last     []int64    // by reader: when it last got the metric
	observed []observed // by reader, of an observable
}

// instrument returns the instrument of that identity, which the first call makes
// (metrics/sdk.md#duplicate-instrument-registration). It returns nil when there are
// too many.
func (r *registry) instrument(scope *trace.Scope, name string, k kind, float bool, o Options) *instrument {
	i := &instrument{
		registry: r, scope: queue.DefaultScope(), kind: k, float: float, created: time.Now().UnixNano(),
		name: wire.UTF8(name), unit: wire.UTF8(o.Unit), description: wire.UTF8(o.Description),
	}
	if scope != nil && scope.Scope != nil {
		i.scope = scope.Scope
	}
	if k.histogram() {
		i.declared = boundsOf(name, o.Bounds)
		i.bounds = i.declared
	}
	if !validName(name) {
		report.Once("metric name "+name, "metric %q: the name is not one that OpenTelemetry allows", name)
	}
	return r.add(i)
}

// validName follows metrics/api.md#instrument-name-syntax.
func validName(name string) bool {
	const longest = 255
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		other := '0' <= c && c <= '9' || c == '_' || c == '.' || c == '-' || c == '/'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return name != "" && len(name) <= longest
}

// boundsOf returns the bounds that are asked for if they are fit, else the default.
func boundsOf(name string, bounds []float64) []float64 {
	if bounds == nil {
		return defaultBounds[:]
	}
	for i, b := range bounds {
		if b != b || i > 0 && b <= bounds[i-1] {
			report.Once("metric bounds "+name, "metric %q: its bounds do not ascend, using the default ones", name)
			return defaultBounds[:]
		}
	}
	bounds = slices.Clone(bounds)
	for len(bounds) > 0 && !finite(bounds[len(bounds)-1]) { // +Inf is implied
		bounds = bounds[:len(bounds)-1]
	}
	return bounds
}

// sameAs reports whether two instruments are identical, as far as that is up to
// their creator.
func (i *instrument) sameAs(o *instrument) bool {
	return i.kind == o.kind && i.float == o.float && i.unit == o.unit
}

// conflictsWith reports whether there is more to i than to the like of it that was
// there before.
func (i *instrument) conflictsWith(before *instrument) bool {
	return i.description != before.description || i.name != before.name || !slices.Equal(i.declared, before.declared)
}

// identity is what two instruments with one name have in common. Names do not
// differ in case only (metrics/sdk.md#name-conflict).
type identity struct {
	scope *queue.Scope
	name  string
}

func (i *instrument) identity() identity { return identity{i.scope, strings.ToLower(i.name)} }

// find returns the series of the attributes, as they were encoded in whatever order.
// It is nil where nobody wants metrics. A pinned series stays for good.
func (i *instrument) find(raw []byte, pinned bool) *series {
	if s := i.table.Load().find(raw); s != nil && !pinned {
		return s
	}
	v := i.view.Load()
	if v.drops() {
		return nil
	}
	// The caller's bytes are on its stack, which they must not leave.
	own := bytes.Clone(raw)
	if !pinned && (i.full.Load() || v.filters()) {
		if s := i.table.Load().find(v.kept(canonical(own))); s != nil {
			return s
		}
	}
	return i.add(own, pinned)
}

// add is find for what was not found.
func (i *instrument) add(raw []byte, pinned bool) *series {
	p := i.registry.provider()
	if len(p.readers) == 0 {
		return nil
	}
	export.MetricsUsed()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.configure(p)
	v := i.view.Load()
	if v.drops() {
		return nil
	}
	key := v.kept(canonical(raw))
	t := i.table.Load()
	s := t.find(key)
	if s == nil {
		if len(i.series) >= i.limit {
			if i.overflow == nil {
				i.overflow = i.newSeries(overflowing())
				i.overflow.pinned = true
			}
			return i.overflow
		}
		s = i.newSeries(key)
		i.series = append(i.series, s)
		i.full.Store(len(i.series) >= i.limit)
		t = t.insert(key, s)
	}
	s.pinned = s.pinned || pinned
	if len(key) != len(raw) || string(key) != string(raw) {
		if t.used < entriesPerSeries*i.limit && t.find(raw) == nil {
			t = t.insert(raw, s)
		}
	}
	i.table.Store(t)
	return s
}

// link makes an instrument of each of views, which follow that of i. The caller holds
// the lock.
func (i *instrument) link(views []*view) {
	for last := i; len(views) > 0; views = views[1:] {
		next := &instrument{
			registry: i.registry, scope: i.scope, name: i.name, description: i.description, unit: i.unit,
			kind: i.kind, float: i.float, declared: i.declared, bounds: i.declared, created: i.created, only: views[0],
		}
		last.next.Store(next)
		last = next
	}
}

// configure sets what depends on who wants metrics. The caller holds the lock.
func (i *instrument) configure(p *provider) {
	if i.last != nil {
		return
	}
	i.last = make([]int64, len(p.readers))
	i.filter, i.shards, i.limit = p.filter, p.shards, p.limits[i.kind]
	views := []*view{i.only}
	if i.only == nil {
		views = p.viewsOf(i)
	}
	if len(views) > 0 {
		views[0].applyTo(i)
		i.link(views[1:])
	}
	i.delta = true
	for n, r := range p.readers {
		i.last[n] = i.created
		i.delta = i.delta && i.kind.deltaFor(r)
		if i.kind == kindHistogram {
			exponential := i.exponentialFor(r)
			i.exponential = i.exponential || exponential
			i.explicit = i.explicit || !exponential
		}
	}
}
