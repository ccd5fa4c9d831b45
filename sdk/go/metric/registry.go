package metric

import (
	"runtime"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/report"
)

// registry holds all instruments. The zero registry is configured from the
// environment when the first value is recorded.
type registry struct {
	off        atomic.Bool // nobody wants metrics
	configured atomic.Pointer[provider]
	configure  sync.Once

	mu          sync.Mutex
	known       map[identity][]*instrument
	instruments []*instrument // in the order in which they were made
	callbacks   []*callback

	collecting sync.Mutex // held by the one that collects
	scratch    scratch
}

var global registry

// maxInstruments bounds the memory of instruments whose names a program makes up.
const maxInstruments = 5000

// provider is the configuration of metrics, fixed with the first value.
type provider struct {
	readers []export.MetricReader
	filter  filter
	shards  uint32     // of a series that is recorded to by many; a power of two
	limits  [kinds]int // of series of an instrument
	views   []config.View
}

// provider returns the configuration, which the first call makes.
func (r *registry) provider() *provider {
	if p := r.configured.Load(); p != nil {
		return p
	}
	r.configure.Do(func() {
		p := newProvider(export.MetricReaders(r.collect), filterFromEnv())
		limit := env.Int(config.CardinalityLimit, defaultLimit, 1)
		for k, name := range kindNames {
			p.limits[k] = env.Int(config.CardinalityLimitOf(name), limit, 1)
		}
		p.views = env.Views()
		r.use(p)
	})
	return r.configured.Load()
}

func (r *registry) use(p *provider) {
	r.configured.Store(p)
	r.off.Store(len(p.readers) == 0)
}

func newProvider(readers []export.MetricReader, f filter) *provider {
	const most = 16
	p := &provider{readers: readers, filter: f, shards: 1}
	for k := range p.limits {
		p.limits[k] = defaultLimit
	}
	for p.shards < uint32(min(runtime.GOMAXPROCS(0), most)) {
		p.shards *= 2
	}
	return p
}

// add returns the instrument that i is a duplicate of, else i itself, which it adds.
func (r *registry) add(i *instrument) *instrument {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := i.identity()
	for _, before := range r.known[id] {
		if before.sameAs(i) {
			if i.conflictsWith(before) {
				report.Once("metric conflict "+i.name, "metric %q is defined twice, with other descriptions, bounds or cases; using the first", i.name)
			}
			return before
		}
	}
	if len(r.instruments) >= maxInstruments {
		report.Once("metric instruments", "there are more than %d metrics, ignoring %q and further ones", maxInstruments, i.name)
		return nil
	}
	if len(r.known[id]) > 0 {
		report.Once("metric conflict "+i.name, "metric %q is defined twice, with other units or types; both are sent", i.name)
	}
	if r.known == nil {
		r.known = make(map[identity][]*instrument)
	}
	r.known[id] = append(r.known[id], i)
	r.instruments = append(r.instruments, i)
	return i
}
