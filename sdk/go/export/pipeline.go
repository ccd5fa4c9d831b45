package export

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
)

// exporter sends encoded requests somewhere. Its methods are called by one
// goroutine at a time.
type exporter interface {
	name() string // where to, for messages
	export(ctx context.Context, payload []byte) result
}

// outcome says what became of a request.
type outcome int

const (
	sent        outcome = iota
	busy                // answered, and asks to try again
	unreachable         // not answered; try again
	refused             // never to be accepted
)

type result struct {
	outcome  outcome
	after    time.Duration // the least time to wait, if busy
	rejected int           // items, if sent
	err      error
}

// Retries wait between firstRetry and lastRetry, and a batch is given up when it
// was tried for longest: then nothing is pending and no timer runs any more
// (protocol/exporter.md#retry).
const (
	firstRetry   = time.Second
	lastRetry    = 30 * time.Second
	longestRetry = 2 * time.Minute
)

// pipeline ships what is in a queue to exporters, in batches. It has no goroutine:
// a timer, which runs only while something is pending, starts one.
type pipeline struct {
	signal    signal
	queue     *queue.Queue
	exporters []exporter
	resource  func() []byte
	config    batchConfig
	timer     *time.Timer // calls run

	exported, failed atomic.Int64

	turn chan struct{} // holds one token; who takes it may use what follows

	taken    []queue.Chunk // from the queue
	chunks   []queue.Chunk // what of it is not yet in a payload
	payload  []byte        // a request that is to be sent, empty when there is none
	pending  batch         // what the payload holds, without the bytes
	done     []bool        // by exporter: has the payload
	attempts int
	since    time.Time // of the payload's first attempt
	health   []health  // by exporter

	mu        sync.Mutex
	notBefore time.Time // no attempt earlier, except by flush
}

// health is what was reported of an exporter.
type health struct{ down, reportedDown, reportedUp bool }

// newPipeline returns a pipeline. timer must call its run.
func newPipeline(s signal, c batchConfig, exporters []exporter, resource func() []byte, timer *time.Timer) *pipeline {
	p := &pipeline{
		signal: s, config: c, exporters: exporters, resource: resource, timer: timer,
		turn:   make(chan struct{}, 1),
		done:   make([]bool, len(exporters)),
		health: make([]health, len(exporters)),
	}
	p.turn <- struct{}{}
	p.queue = queue.New(c.items, c.bytes, c.batch, p.wake)
	return p
}

// wake is called by the queue, on the goroutine of the program that ended a span.
func (p *pipeline) wake(full bool) {
	started()
	if full {
		p.schedule(0)
	} else {
		p.schedule(p.config.delay)
	}
}

// schedule has run called after d, or when the pause after a failure is over.
func (p *pipeline) schedule(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pause := time.Until(p.notBefore); pause > d {
		d = pause
	}
	p.timer.Reset(d)
}

// run ships what is pending, unless that is being done already.
func (p *pipeline) run() {
	goroutine.Suppress()
	select {
	case <-p.turn:
	default:
		return // whoever has the turn schedules the next run
	}
	// The timer may have fired while another run or a flush found that the backend
	// wants a pause.
	if !p.paused() {
		p.pause(p.ship(context.Background(), false))
	}
	p.turn <- struct{}{}
	p.next()
}

// pause notes how long no attempt is to be made. The caller has the turn.
func (p *pipeline) pause(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notBefore = time.Time{}
	if wait > 0 {
		p.notBefore = time.Now().Add(wait)
	}
}

// paused reports whether no attempt is to be made yet.
func (p *pipeline) paused() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.notBefore) > 0
}

// next schedules the next run, if there is something to do.
func (p *pipeline) next() {
	switch n := p.queue.Len(); {
	case n == 0:
	case n >= p.config.batch:
		p.schedule(0)
	default:
		p.schedule(p.config.delay)
	}
}

// flush ships what is pending until it is gone, ctx ends, or there is nobody to
// ship to.
func (p *pipeline) flush(ctx context.Context) {
	if p.queue.Len() == 0 {
		return
	}
	labels := goroutine.Save()
	goroutine.Suppress()
	defer goroutine.Restore(labels)
	select {
	case <-p.turn:
	case <-ctx.Done():
		return
	}
	p.pause(p.ship(ctx, true))
	p.turn <- struct{}{}
	p.next()
}

// ship sends one payload after the other. It returns how long to wait before the
// next attempt, 0 after success. With final it waits itself, as far as ctx allows,
// where a backend asks to try again, and returns where none answers.
func (p *pipeline) ship(ctx context.Context, final bool) time.Duration {
	for {
		if len(p.payload) == 0 && !p.fill() {
			return 0
		}
		r := p.attempt(ctx)
		if r.outcome == sent {
			continue
		}
		wait := p.backoff(r.after)
		if !final || r.outcome == unreachable {
			return wait
		}
		pause := time.NewTimer(wait)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return wait
		}
	}
}

// fill makes a payload of what is oldest. It reports false when there is nothing.
func (p *pipeline) fill() bool {
	if len(p.chunks) == 0 {
		p.taken = p.queue.Take()
		group(p.taken)
		p.chunks = append(p.chunks[:0], p.taken...)
	}
	if n := p.queue.Dropped(); n > 0 {
		report.Once("dropped "+p.signal.env, "%s are being dropped: there are more than the queue holds (OTEL_BSP_MAX_QUEUE_SIZE)",
			p.signal.items)
	}
	p.pending, p.chunks = nextBatch(p.chunks, p.config.batch)
	if p.pending.items == 0 {
		return false
	}
	const keep = 1 << 20
	if cap(p.payload) > keep {
		p.payload = nil
	}
	p.payload = p.pending.appendRequest(p.payload[:0], p.resource(), schemaURL)
	p.pending.parts = nil
	if len(p.chunks) == 0 {
		for _, c := range p.taken {
			p.queue.Recycle(c)
		}
		p.taken = nil
	}
	clear(p.done)
	p.attempts, p.since = 0, time.Now()
	return true
}

// attempt sends the payload to each exporter that does not have it. The result is
// sent when all have it or will never have it.
func (p *pipeline) attempt(ctx context.Context) result {
	p.attempts++
	worst := result{outcome: sent}
	failed := 0
	for i, e := range p.exporters {
		if p.done[i] {
			continue
		}
		r := p.send(ctx, e)
		p.observe(i, r)
		switch r.outcome {
		case sent:
			p.done[i] = true
			failed = max(failed, r.rejected)
		case refused:
			p.done[i] = true
			failed = p.pending.items
		case busy, unreachable:
			if time.Since(p.since) > longestRetry {
				p.done[i] = true
				failed = p.pending.items
				continue
			}
			if worst.outcome != unreachable {
				worst.outcome = r.outcome
			}
			worst.after = max(worst.after, r.after)
		}
	}
	if worst.outcome == sent {
		failed = min(failed, p.pending.items)
		p.failed.Add(int64(failed))
		p.exported.Add(int64(p.pending.items - failed))
		p.payload = p.payload[:0]
		p.queue.Done(p.pending.items, p.pending.bytes)
	}
	return worst
}

func (p *pipeline) send(ctx context.Context, e exporter) result {
	ctx, cancel := context.WithTimeout(ctx, p.config.timeout)
	defer cancel()
	return e.export(ctx, p.payload)
}

// observe reports, each at most once, that an exporter fails and that it works again.
func (p *pipeline) observe(i int, r result) {
	h, name := &p.health[i], p.exporters[i].name()
	switch r.outcome {
	case sent:
		if r.rejected > 0 || r.err != nil {
			report.Once("rejected "+name, "%s did not accept all %s: %v", name, p.signal.items, orUnknown(r.err))
		}
		if h.down && !h.reportedUp {
			report.Line("sending %s to %s works again", p.signal.items, name)
			h.reportedUp = true
		}
		h.down = false
	case refused:
		report.Once("refused "+name, "%s refuses %s: %v", name, p.signal.items, orUnknown(r.err))
	case busy, unreachable:
		if !h.reportedDown {
			report.Line("cannot send %s to %s: %v (trying again; this is not repeated)", p.signal.items, name, r.err)
			h.reportedDown = true
		}
		h.down = true
	}
}

func orUnknown(err error) error {
	if err == nil {
		return errors.New("no reason given")
	}
	return err
}

// backoff returns how long to wait after the last attempt: exponentially longer,
// with jitter, but at least after.
func (p *pipeline) backoff(after time.Duration) time.Duration {
	d := min(firstRetry<<min(p.attempts-1, 10), lastRetry)
	d = d/2 + rand.N(d)
	return max(d, after)
}
