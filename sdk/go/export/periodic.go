package export

import (
	"context"
	"sync"
	"time"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
)

// periodic collects metrics and ships them to one exporter
// (metrics/sdk.md#periodic-exporting-metricreader). It keeps nothing: where the
// exporter fails, the next collection has all that it could not get rid of.
type periodic struct {
	collect  func() []Metric
	resource func() []byte
	interval time.Duration
	longest  time.Duration // of one export

	turn sync.Mutex // who has it may use what follows; see pipeline

	delivery
	payload   []byte
	failures  int       // since the last success
	notBefore time.Time // no attempt earlier, except by flush
}

func newPeriodic(e exporter, collect func() []Metric, resource func() []byte, interval, timeout time.Duration) *periodic {
	p := &periodic{
		collect: collect, resource: resource, interval: interval, longest: timeout,
	}
	p.delivery.init(&metrics, []exporter{e}, timeout)
	return p
}

// run exports, unless that is being done already or the backend wants a pause. After
// a failure it has itself called again, if the next interval is not sooner.
func (p *periodic) run() {
	goroutine.Suppress()
	if !p.turn.TryLock() {
		return
	}
	wait := time.Duration(0)
	if time.Until(p.notBefore) <= 0 {
		wait = p.try()
	}
	p.turn.Unlock()
	// Only now: a call that finds the turn taken does nothing.
	if wait > 0 && wait < p.interval {
		time.AfterFunc(wait, p.run)
	}
}

// try exports once and returns how long to wait before the next attempt, 0 after
// success. The caller has the turn.
func (p *periodic) try() time.Duration {
	r := p.export(context.Background(), false)
	if r.outcome == sent {
		p.failures, p.notBefore = 0, time.Time{}
		return 0
	}
	p.failures++
	p.attempts = p.failures
	wait := p.backoff(r.after)
	p.notBefore = time.Now().Add(wait)
	return wait
}

// flush exports. It returns at once when nobody answers.
func (p *periodic) flush(ctx context.Context) {
	p.turn.Lock() // for longer than ctx only while Flush does not wait any more
	defer p.turn.Unlock()
	if ctx.Err() != nil {
		return
	}
	p.export(ctx, true)
	p.release()
}

// export collects once and sends all, in one request or several. With final it waits,
// as far as ctx allows, where a backend asks to try again. A panic is one of the
// runtime's own, and not to be one of the program.
func (p *periodic) export(ctx context.Context, final bool) (r result) {
	defer func() {
		if v := recover(); v != nil {
			report.Once("metrics panic", "the export of metrics panicked: %v", v)
			r = result{outcome: refused}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, p.longest)
	defer cancel()
	collected := p.collect()
	items := make([]queue.Item, len(collected))
	for i, m := range collected {
		items[i] = queue.Item{Scope: m.Scope, Bytes: m.Bytes}
	}
	for len(items) > 0 {
		var b batch
		b, items = nextBatch(items, len(items))
		sending := collected[:len(b.items)]
		collected = collected[len(b.items):]
		if r = p.send(ctx, b, sending, final); r.outcome != sent {
			return r
		}
		for _, m := range sending {
			if m.Delivered != nil {
				m.Delivered()
			}
		}
	}
	return result{outcome: sent}
}

// send sends one request.
func (p *periodic) send(ctx context.Context, b batch, metrics []Metric, final bool) result {
	points := 0
	for _, m := range metrics {
		points += m.Points
	}
	const keep = 1 << 20
	if cap(p.payload) > keep {
		p.payload = nil
	}
	p.payload = b.appendRequest(p.payload[:0], p.resource(), schemaURL)
	if final {
		if !p.deliver(ctx, p.payload, points, final) {
			return result{outcome: unreachable}
		}
		return result{outcome: sent}
	}
	p.begin(points)
	r := p.attempt(ctx, p.payload, points)
	if r.outcome != sent {
		p.giveUp(points)
	}
	return r
}
