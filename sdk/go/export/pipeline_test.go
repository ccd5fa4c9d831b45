package export

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

// backend is an exporter that answers as it is told to, and well when it is not.
type backend struct {
	mu       sync.Mutex
	results  []result
	payloads [][]byte // of the attempts
	bare     bool     // an attempt was made by a goroutine that is not the runtime's own
	arrived  chan struct{}
	hold     chan struct{} // until it is closed, there are no answers but results
}

func (b *backend) name() string { return "a test's backend" }

func (b *backend) export(_ context.Context, payload []byte) result {
	b.mu.Lock()
	hold := b.hold
	if len(b.results) > 0 {
		hold = nil
	}
	b.mu.Unlock()
	if hold != nil {
		<-hold
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.payloads = append(b.payloads, slices.Clone(payload))
	if slot, _ := goroutine.Current(); slot == nil || !slot.Suppressed() {
		b.bare = true
	}
	if b.arrived != nil {
		b.arrived <- struct{}{}
	}
	if len(b.results) == 0 {
		return result{outcome: sent}
	}
	r := b.results[0]
	b.results = b.results[1:]
	return r
}

func (b *backend) release() {}

func (b *backend) attempts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.payloads)
}

var (
	errTest      = errors.New("as the test wants it")
	quick        = retry{first: time.Millisecond, last: 2 * time.Millisecond, longest: time.Hour}
	notAnswered  = result{outcome: unreachable, err: errTest}
	askedToAgain = result{outcome: busy, err: errTest}
	notWanted    = result{outcome: refused, err: errTest}
)

// testPipeline returns a pipeline that ships nothing by itself before a batch is full.
func testPipeline(t *testing.T, c batchConfig, exporters ...exporter) *pipeline {
	t.Helper()
	var p *pipeline
	timer := time.AfterFunc(time.Hour, func() { p.run() })
	t.Cleanup(func() { timer.Stop() })
	timer.Stop()
	c.delay, c.timeout, c.processor = time.Hour, time.Minute, "BSP"
	p = newPipeline(&traces, c, exporters, func() []byte { return nil }, timer)
	p.retry = quick
	return p
}

// put adds n items and reports how many were taken.
func put(q *queue.Queue, n int) (taken int) {
	scope := queue.DefaultScope()
	item := wire.AppendString(nil, tagSecond, "item")
	var shard uint32
	for range n {
		if s := q.Lock(&shard, len(item)); s != nil {
			s.Unlock(append(s.Buffer(scope, len(item)), item...))
			taken++
		}
	}
	return taken
}

func (p *pipeline) statsNow() Stats {
	return Stats{
		Queued: int64(p.queue.Len()), Exported: p.exported.Load(),
		Dropped: p.queue.Dropped(), Failed: p.failed.Load(),
	}
}

// A full batch is shipped by itself, by a goroutine of the runtime's own.
func TestFullBatchIsShipped(t *testing.T) {
	b := &backend{arrived: make(chan struct{}, 10)}
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 10}, b)
	put(p.queue, 9)
	if n := b.attempts(); n != 0 {
		t.Errorf("%d attempts before the batch is full", n)
	}
	put(p.queue, 1)
	<-b.arrived
	p.turn.Lock() // the run is over
	if got, want := p.statsNow(), (Stats{Exported: 10}); got != want || b.bare {
		t.Errorf("%+v, want %+v; by a goroutine of the program's: %v", got, want, b.bare)
	}
}

// While a backend is away the program goes on, the queue keeps what it may, and all
// that it keeps arrives when the backend is back.
func TestBackendComesBack(t *testing.T) {
	b := &backend{results: slices.Repeat([]result{notAnswered}, 20), hold: make(chan struct{})}
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 10}, b)
	made, kept := 0, 0
	for b.attempts() < 20 {
		made++
		kept += put(p.queue, 1)
		if n := p.queue.Len(); n > 100+10 { // the queue's, and those of a request
			t.Fatalf("%d items are kept", n)
		}
	}
	if s := p.statsNow(); s.Failed != 0 || s.Exported != 0 || s.Queued != int64(kept) || s.Dropped != int64(made-kept) {
		t.Errorf("%+v of %d made, %d kept", s, made, kept)
	}
	close(b.hold)
	for p.queue.Len() > 0 {
		time.Sleep(time.Millisecond)
	}
	if got, want := p.statsNow(), (Stats{Exported: int64(kept), Dropped: int64(made - kept)}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// panicking is an exporter with a bug.
type panicking struct{ backend }

func (*panicking) export(context.Context, []byte) result { panic("as the test wants it") }

func TestExporterPanics(t *testing.T) {
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 50}, &panicking{})
	put(p.queue, 10)
	p.flush(context.Background())
	if got, want := p.statsNow(), (Stats{Failed: 10}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestFlushCounts(t *testing.T) {
	config := batchConfig{items: 100, bytes: 1 << 20, batch: 50}
	tests := []struct {
		name     string
		results  []result
		want     Stats
		attempts int
	}{
		{"well", nil, Stats{Exported: 10}, 1},
		{"not answered", []result{notAnswered}, Stats{Queued: 10}, 1},
		{"asked to try again", []result{askedToAgain, askedToAgain}, Stats{Exported: 10}, 3},
		{"refused", []result{notWanted}, Stats{Failed: 10}, 1},
		{"some rejected", []result{{outcome: sent, rejected: 3, err: errTest}}, Stats{Exported: 7, Failed: 3}, 1},
		{"more rejected than sent", []result{{outcome: sent, rejected: 99, err: errTest}}, Stats{Failed: 10}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &backend{results: tt.results}
			p := testPipeline(t, config, b)
			put(p.queue, 10)
			if got, want := p.statsNow(), (Stats{Queued: 10}); got != want {
				t.Errorf("before: %+v, want %+v", got, want)
			}
			p.flush(context.Background())
			if got := p.statsNow(); got != tt.want {
				t.Errorf("after: %+v, want %+v", got, tt.want)
			}
			if got := b.attempts(); got != tt.attempts {
				t.Errorf("%d attempts, want %d", got, tt.attempts)
			}
		})
	}
}

func TestOneExporterOfTwoFails(t *testing.T) {
	good, bad := &backend{}, &backend{results: []result{askedToAgain, askedToAgain}}
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 50}, good, bad)
	put(p.queue, 10)
	p.flush(context.Background())
	if got, want := p.statsNow(), (Stats{Exported: 10}); got != want || good.attempts() != 1 || bad.attempts() != 3 {
		t.Errorf("%+v after %d and %d attempts, want %+v after 1 and 3", got, good.attempts(), bad.attempts(), want)
	}
}

// What one exporter refuses has failed, though another takes it, and later.
func TestOneExporterOfTwoRefuses(t *testing.T) {
	slow, refusing := &backend{results: []result{askedToAgain}}, &backend{results: []result{notWanted}}
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 50}, slow, refusing)
	put(p.queue, 10)
	p.flush(context.Background())
	if got, want := p.statsNow(), (Stats{Failed: 10}); got != want || slow.attempts() != 2 || refusing.attempts() != 1 {
		t.Errorf("%+v after %d and %d attempts, want %+v after 2 and 1", got, slow.attempts(), refusing.attempts(), want)
	}
	put(p.queue, 10)
	p.flush(context.Background())
	if got, want := p.statsNow(), (Stats{Failed: 10, Exported: 10}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// What is given up is counted once and makes room.
func TestGivenUp(t *testing.T) {
	b := &backend{results: []result{notAnswered, notAnswered}}
	p := testPipeline(t, batchConfig{items: 100, bytes: 1 << 20, batch: 50}, b)
	put(p.queue, 10)
	p.flush(context.Background())
	p.retry.longest = 0
	p.flush(context.Background())
	if got, want := p.statsNow(), (Stats{Failed: 10}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestDeliver(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	tests := []struct {
		name                     string
		ctx                      context.Context
		results                  []result
		final, want              bool
		attempts, exported, lost int
	}{
		{"well", context.Background(), nil, false, true, 1, 7, 0},
		{"in the end", context.Background(), []result{notAnswered, askedToAgain}, false, true, 3, 7, 0},
		{"in the end, busy before", context.Background(), []result{askedToAgain}, true, true, 2, 7, 0},
		{"nobody answers at the end", context.Background(), []result{notAnswered}, true, false, 1, 0, 7},
		{"too late", ended, []result{askedToAgain}, false, false, 1, 0, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &backend{results: tt.results}
			var d delivery
			d.init(&traces, []exporter{b}, time.Minute)
			d.retry = quick
			if got := d.deliver(tt.ctx, []byte("payload"), 7, tt.final); got != tt.want {
				t.Errorf("delivered %v, want %v", got, tt.want)
			}
			if e, f := d.exported.Load(), d.failed.Load(); int(e) != tt.exported || int(f) != tt.lost || b.attempts() != tt.attempts {
				t.Errorf("%d exported, %d failed after %d attempts, want %d, %d after %d", e, f, b.attempts(), tt.exported, tt.lost, tt.attempts)
			}
		})
	}
}

// Flush has all that take part at work at the same time.
func TestFlushIsConcurrent(t *testing.T) {
	before := finals.list
	t.Cleanup(func() { finals.list = before })
	meet := make(chan struct{})
	own := func() bool {
		slot, _ := goroutine.Current()
		return slot != nil && slot.Suppressed()
	}
	onFlush(func(context.Context) { meet <- struct{}{} })
	onFlush(func(context.Context) {
		<-meet
		if !own() {
			t.Error("a goroutine of the program's")
		}
	})
	Flush(time.Minute)
	if own() {
		t.Error("the program's goroutine has become the runtime's")
	}
}

// Flush does not wait for what does not heed the end of its time.
func TestFlushReturns(t *testing.T) {
	before := finals.list
	stuck := make(chan struct{})
	t.Cleanup(func() { finals.list = before; close(stuck) })
	onFlush(func(context.Context) { <-stuck })
	Flush(time.Millisecond)
}
