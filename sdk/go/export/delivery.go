package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/report"
)

// retry says how long attempts are repeated (protocol/exporter.md#retry).
type retry struct {
	first, last time.Duration // pauses; each is about twice the one before
	longest     time.Duration // after which a payload is given up
}

// When a payload is given up nothing may be pending any more, and then no timer runs.
var usualRetry = retry{first: time.Second, last: 30 * time.Second, longest: 2 * time.Minute}

// delivery gets payloads of one signal, one after the other, to each of its
// exporters. All but the counts is used by one goroutine at a time.
type delivery struct {
	signal       *signal
	destinations []destination
	timeout      time.Duration // of one attempt with one exporter
	retry        retry
	attempts     int
	since        time.Time // of the payload's first attempt
	lost         int       // items of the payload that an exporter will never take

	exported, failed atomic.Int64 // items
}

// destination is an exporter with what became of payloads.
type destination struct {
	exporter
	health  health
	done    bool   // it has the payload, or will never have it
	failure string // the class of its last failure

	exported, inFlight atomic.Int64 // items
	failures           failures
}

// health is what was reported of an exporter.
type health struct{ down, reportedDown, reportedUp bool }

// init makes d usable.
func (d *delivery) init(s *signal, exporters []exporter, timeout time.Duration) {
	d.signal, d.timeout, d.retry = s, timeout, usualRetry
	d.destinations = make([]destination, len(exporters))
	for i, e := range exporters {
		d.destinations[i].exporter = e
	}
}

// begin says that what attempt gets from now on is another payload, of that many items.
func (d *delivery) begin(items int) {
	for i := range d.destinations {
		to := &d.destinations[i]
		to.done, to.failure = false, ""
		to.inFlight.Store(int64(items))
	}
	d.attempts, d.since, d.lost = 0, time.Now(), 0
}

// attempt sends a payload of that many items to each exporter that does not have it.
// The result is sent when all have it or will never have it: then its items are
// counted.
func (d *delivery) attempt(ctx context.Context, payload []byte, items int) result {
	d.attempts++
	worst := result{outcome: sent}
	for i := range d.destinations {
		to := &d.destinations[i]
		if to.done {
			continue
		}
		r := d.send(ctx, to, payload)
		d.observe(to, r)
		to.failure = r.failure
		switch r.outcome {
		case sent:
			d.settle(to, items, min(r.rejected, items))
		case refused:
			d.settle(to, items, items)
		case busy, unreachable:
			if time.Since(d.since) > d.retry.longest {
				d.settle(to, items, items)
				continue
			}
			if worst.outcome != unreachable {
				worst.outcome = r.outcome
			}
			worst.after = max(worst.after, r.after)
		}
	}
	if worst.outcome == sent {
		d.failed.Add(int64(d.lost))
		d.exported.Add(int64(items - d.lost))
	}
	return worst
}

// settle notes that a payload of that many items is done with, of which so many are lost.
func (d *delivery) settle(to *destination, items, lost int) {
	to.done = true
	to.exported.Add(int64(items - lost))
	to.failures.add(cmp.Or(to.failure, failureRejected), lost)
	to.inFlight.Store(0)
	d.lost = max(d.lost, lost)
}

// giveUp counts a payload of that many items as failed, with each exporter that does not
// have it.
func (d *delivery) giveUp(items int) {
	for i := range d.destinations {
		if to := &d.destinations[i]; !to.done {
			d.settle(to, items, items)
		}
	}
	d.failed.Add(int64(items))
}

// deliver repeats attempt, for what is not kept in a queue, until all exporters have
// the payload, ctx ends, or it is final and none answers. Then the items have failed,
// and deliver reports false.
func (d *delivery) deliver(ctx context.Context, payload []byte, items int, final bool) bool {
	d.begin(items)
	for {
		r := d.attempt(ctx, payload, items)
		if r.outcome == sent {
			return true
		}
		if final && r.outcome == unreachable || !pause(ctx, d.backoff(r.after)) {
			d.giveUp(items)
			return false
		}
	}
}

// release lets go of what the exporters hold between requests.
func (d *delivery) release() {
	for i := range d.destinations {
		d.destinations[i].release()
	}
}

// pause reports false when ctx ends before wait is over.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// send makes one attempt with one exporter. Whatever an exporter does, the program
// goes on.
func (d *delivery) send(ctx context.Context, e exporter, payload []byte) (r result) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			r = result{outcome: refused, failure: failurePanic, err: fmt.Errorf("panic: %v", cause)}
		}
	}()
	return e.export(ctx, payload)
}

// observe reports, each at most once, that an exporter fails and that it works again.
func (d *delivery) observe(to *destination, r result) {
	h, name := &to.health, to.name()
	switch r.outcome {
	case sent:
		if r.rejected > 0 || r.err != nil {
			report.OnceError("rejected "+d.signal.env+name, "%s did not accept all %s: %v", name, d.signal.items, orUnknown(r.err))
		}
		if h.down && !h.reportedUp {
			report.LineInfo("sending %s to %s works again", d.signal.items, name)
			h.reportedUp = true
		}
		h.down = false
	case refused:
		report.OnceError("refused "+d.signal.env+name, "%s refuses %s: %v", name, d.signal.items, orUnknown(r.err))
	case busy, unreachable:
		if !h.reportedDown {
			report.LineError("cannot send %s to %s: %v (trying again; this is not repeated)", d.signal.items, name, r.err)
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
func (d *delivery) backoff(after time.Duration) time.Duration {
	wait := min(d.retry.first<<min(d.attempts-1, 10), d.retry.last)
	wait = wait/2 + rand.N(wait)
	return max(wait, after)
}
