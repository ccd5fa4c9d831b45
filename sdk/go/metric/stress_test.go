package metric

import (
	"sync"
	"testing"

	"go.weft.dev/sdk/export"
)

// Many record, with attributes that come and go, while two readers collect: in the
// end everything was counted once.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	const recorders, rounds = 8, 3000
	r := testRegistry(filterAlwaysOn, export.MetricReader{Delta: true}, cumulative, export.MetricReader{Delta: true, Exponential: true})
	c := newCounter[int64](r, nil, "c", Options{})
	f := newCounter[float64](r, nil, "f", Options{})
	h := newHistogram[int64](r, nil, "h", Options{Bounds: []float64{1, 2, 3}})
	bound := c.With(b.Int(1))

	var sums [3]map[string]float64
	add := func(reader int) {
		for name, g := range collectAll(t, r, reader, true) {
			if reader == 1 {
				sums[reader][name] = 0
			}
			for _, p := range g.points {
				switch v := p.number.(type) {
				case int64:
					sums[reader][name] += float64(v)
				case float64:
					sums[reader][name] += v
				default:
					sums[reader][name] += float64(p.count)
					sums[reader][name+" sum"] += p.sum
				}
			}
			if reader == 1 {
				delete(sums[reader], name+" sum")
			}
		}
	}
	var recording, collecting sync.WaitGroup
	stop := make(chan struct{})
	for reader := range sums {
		sums[reader] = map[string]float64{}
		collecting.Add(1)
		go func() {
			defer collecting.Done()
			for {
				select {
				case <-stop:
					return
				default:
					add(reader)
				}
			}
		}()
	}
	for n := range recorders {
		recording.Add(1)
		go func() {
			defer recording.Done()
			for i := range rounds {
				c.Add(nil, 1, a.Int(int64(i%7)), b.Int(int64(i/300)))
				bound.Add(nil, 1)
				f.Add(nil, 1, a.Int(int64(n)))
				h.Record(nil, int64(i%5), b.Int(int64(i/300)))
			}
		}()
	}
	recording.Wait()
	close(stop)
	collecting.Wait()
	for reader := range sums {
		add(reader)
		for name, want := range map[string]float64{"c": 2 * recorders * rounds, "f": recorders * rounds, "h": recorders * rounds} {
			if got := sums[reader][name]; got != want {
				t.Errorf("reader %d: %s is %v, want %v", reader, name, got, want)
			}
		}
		if got := sums[reader]["h sum"]; reader != 1 && got != 2*recorders*rounds {
			t.Errorf("reader %d: sum of the histogram is %v, want %v", reader, got, 2*recorders*rounds)
		}
	}
}

// As above, with series that are let go of all the time.
func TestNothingIsLostOfIdleSeries(t *testing.T) {
	t.Parallel()
	const recorders, rounds = 4, 5000
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true})
	c := newCounter[int64](r, nil, "c", Options{})
	sum := int64(0)
	add := func() {
		for _, p := range collectAll(t, r, 0, true)["c"].points {
			sum += p.number.(int64)
		}
		c.instrument.mu.Lock()
		for _, s := range c.instrument.series {
			s.idle += idleDeliveries
		}
		c.instrument.mu.Unlock()
	}
	var recording sync.WaitGroup
	for range recorders {
		recording.Add(1)
		go func() {
			defer recording.Done()
			for i := range rounds {
				c.Add(nil, 1, a.Int(int64(i%3)))
			}
		}()
	}
	done := make(chan struct{})
	go func() { recording.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		add()
	}
	add()
	if sum != recorders*rounds {
		t.Errorf("the sum of all deliveries is %d, want %d", sum, recorders*rounds)
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte("\x0a\x03\x0a\x01a"))
	f.Fuzz(func(_ *testing.T, raw []byte) { canonical(raw) })
}
