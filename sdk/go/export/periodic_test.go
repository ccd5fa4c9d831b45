package export

import (
	"context"
	"testing"
	"time"

	"go.weft.dev/sdk/internal/queue"
)

// answering is an exporter that gives these answers, and then accepts.
type answering struct {
	answers  []result
	attempts int
	accepted chan struct{}
}

func (a *answering) name() string { return "test" }
func (a *answering) release()     {}
func (a *answering) export(context.Context, []byte) result {
	a.attempts++
	if a.attempts <= len(a.answers) {
		return a.answers[a.attempts-1]
	}
	a.accepted <- struct{}{}
	return result{outcome: sent}
}

// testPeriodic returns a reader of one metric, and the count of its deliveries.
func testPeriodic(interval time.Duration, answers ...result) (*periodic, *answering, *int) {
	delivered := new(int)
	e := &answering{answers: answers, accepted: make(chan struct{}, 10)}
	collect := func() []Metric {
		m := metricMessage("m", "", 5, false, numberPoint(1), numberPoint(2))
		m.Delivered = func() { *delivered++ }
		return []Metric{m}
	}
	return newPeriodic(e, collect, func() []byte { return nil }, interval, time.Minute), e, delivered
}

// run calls the method on a goroutine of its own, as a timer does.
func run(f func()) {
	done := make(chan struct{})
	go func() { f(); close(done) }()
	<-done
}

func TestPeriodicPauses(t *testing.T) {
	t.Parallel()
	p, e, delivered := testPeriodic(0, result{outcome: busy, after: time.Hour})
	run(p.run)
	run(p.run) // within the pause
	if e.attempts != 1 || *delivered != 0 || p.failed.Load() != 2 || p.exported.Load() != 0 {
		t.Errorf("%d attempts, %d deliveries, %d points failed", e.attempts, *delivered, p.failed.Load())
	}
	p.flush(t.Context()) // does not keep to it
	run(p.run)           // the backend has not taken the pause back
	if e.attempts != 2 || *delivered != 1 || p.exported.Load() != 2 {
		t.Errorf("%d attempts, %d deliveries, %d points exported", e.attempts, *delivered, p.exported.Load())
	}
}

func TestPeriodicTriesAgain(t *testing.T) {
	t.Parallel()
	p, e, _ := testPeriodic(time.Hour, result{outcome: unreachable}, result{outcome: busy})
	p.retry = retry{first: time.Millisecond, last: time.Millisecond, longest: time.Hour}
	run(p.run)
	<-e.accepted
	p.turn.Lock() // run is done
	if e.attempts != 3 || p.failures != 0 {
		t.Errorf("%d attempts, %d failures", e.attempts, p.failures)
	}
}

func TestPeriodicRefused(t *testing.T) {
	t.Parallel()
	p, e, delivered := testPeriodic(0, result{outcome: refused})
	run(p.run)
	run(p.run)
	if e.attempts != 2 || *delivered != 2 || p.failed.Load() != 2 || p.exported.Load() != 2 {
		t.Errorf("%d attempts, %d deliveries, %d points failed", e.attempts, *delivered, p.failed.Load())
	}
}

func TestPeriodicPanics(t *testing.T) {
	t.Parallel()
	p, e, _ := testPeriodic(0)
	usual := p.collect
	p.collect = func() []Metric { panic("as always") }
	run(p.run)
	p.flush(t.Context())
	p.collect = usual
	p.flush(t.Context())
	if e.attempts != 1 {
		t.Errorf("%d attempts, want one after the panics", e.attempts)
	}
}

// What does not fit one request is sent in several, and is delivered as far as they are.
func TestPeriodicSeveralRequests(t *testing.T) {
	t.Parallel()
	p, e, delivered := testPeriodic(0)
	one := p.collect()[0]
	big := make([]byte, maxRequest)
	p.collect = func() []Metric {
		other := queue.NewScope("other", "")
		return []Metric{one, one, {Scope: other, Bytes: metricMessage(string(big), "", 5, false, numberPoint(1)).Bytes, Points: 1, Delivered: one.Delivered}}
	}
	e.answers = []result{{outcome: sent}, {outcome: unreachable}}
	run(p.run)
	if e.attempts != 2 || *delivered != 2 || p.exported.Load() != 4 || p.failed.Load() != 1 {
		t.Errorf("%d attempts, %d deliveries, %d points exported, %d failed", e.attempts, *delivered, p.exported.Load(), p.failed.Load())
	}
}
