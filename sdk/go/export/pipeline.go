package export

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
)

// pipeline ships what is in a queue to exporters, in batches. It has no goroutine:
// a timer, which runs only while something is pending, starts one.
type pipeline struct {
	queue    *queue.Queue
	resource func() []byte
	config   batchConfig
	timer    *time.Timer // calls run

	// Who has the turn may use what follows. It is not a channel: one that is made in a
	// testing/synctest bubble could be used only there.
	turn sync.Mutex

	delivery
	taken   []queue.Block // from the queue
	items   []queue.Item  // of them
	left    []queue.Item  // what of these is not yet in a payload
	payload []byte        // a request that is to be sent, empty when there is none
	pending pending

	mu        sync.Mutex
	notBefore time.Time // no attempt earlier, except by flush

	leaving atomic.Bool // what is in a bubble waits to be scheduled
}

// pending is what a payload holds.
type pending struct{ items, bytes int }

// newPipeline returns a pipeline. timer must call its run.
func newPipeline(s *signal, c batchConfig, exporters []exporter, resource func() []byte, timer *time.Timer) *pipeline {
	p := &pipeline{config: c, resource: resource, timer: timer}
	p.delivery.init(s, exporters, c.timeout)
	p.queue = queue.New(c.items, c.bytes, c.batch, p.wake)
	return p
}

// wake is called by the queue, on the goroutine of the program that made an item.
func (p *pipeline) wake(full bool) {
	started()
	if full {
		p.schedule(0)
	} else {
		p.schedule(p.config.delay)
	}
}

// schedule has run called after d, or when the pause after a failure is over. In a
// bubble, whose clock is not that of the timer, somebody else has to do that.
func (p *pipeline) schedule(d time.Duration) {
	if goroutine.InBubble() {
		if p.leaving.CompareAndSwap(false, true) {
			goroutine.OutOfBubble(func() {
				p.leaving.Store(false)
				p.schedule(d)
			})
		}
		return
	}
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
	if !p.turn.TryLock() {
		return // whoever has the turn schedules the next run
	}
	// The timer may have fired while another run or a flush found that the backend
	// wants a pause.
	if !p.paused() {
		p.holdOff(p.ship(context.Background(), false))
	}
	p.turn.Unlock()
	p.next()
}

// holdOff notes how long no attempt is to be made. The caller has the turn.
func (p *pipeline) holdOff(wait time.Duration) {
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
	p.turn.Lock() // for longer than ctx only while Flush does not wait any more
	if ctx.Err() != nil {
		p.turn.Unlock()
		return
	}
	p.holdOff(p.ship(ctx, true))
	p.release()
	p.turn.Unlock()
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
		r := p.attempt(ctx, p.payload, p.pending.items)
		if r.outcome == sent {
			p.payload = p.payload[:0]
			p.queue.Done(p.pending.items, p.pending.bytes)
			continue
		}
		wait := p.backoff(r.after)
		if !final || r.outcome == unreachable || !pause(ctx, wait) {
			return wait
		}
	}
}

// fill makes a payload of what is oldest. It reports false when there is nothing.
func (p *pipeline) fill() bool {
	if len(p.left) == 0 {
		p.withdraw()
	}
	if n := p.queue.Dropped(); n > 0 {
		report.OnceError("dropped "+p.signal.env, "%s are being dropped: there are more than the queue holds (OTEL_%s_MAX_QUEUE_SIZE)",
			p.signal.items, p.config.processor)
	}
	var b batch
	b, p.left = nextBatch(p.left, p.config.batch)
	p.pending = pending{len(b.items), b.bytes}
	p.queue.Sending(p.pending.items)
	if p.pending.items == 0 {
		return false
	}
	const keep = 1 << 20
	if cap(p.payload) > keep {
		p.payload = nil
	}
	p.payload = b.appendRequest(p.payload[:0], p.resource(), schemaURL)
	if len(p.left) == 0 {
		p.recycle()
	}
	p.begin(p.pending.items)
	return true
}

// withdraw takes what the queue holds.
func (p *pipeline) withdraw() {
	p.taken = p.queue.Withdraw()
	for _, b := range p.taken {
		p.items = slices.AppendSeq(p.items, b.All)
	}
	p.left = p.items
}

// recycle gives back the memory of what was withdrawn.
func (p *pipeline) recycle() {
	const keep = 1 << 10
	if cap(p.items) > keep {
		p.items = nil
	}
	clear(p.items)
	p.items, p.left = p.items[:0], nil
	for _, b := range p.taken {
		p.queue.Recycle(b)
	}
	p.taken = nil
}
