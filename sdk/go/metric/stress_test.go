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

// Who found a series before it was let go of records elsewhere, and who recorded
// in it just then keeps it alive.
func TestSeriesFoundBeforeItGoes(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true}, export.MetricReader{Delta: true, Exponential: true})
	c := newCounter[int64](r, nil, "c", Options{})
	h := newHistogram[int64](r, nil, "h", Options{})
	c.Add(nil, 1, a.Int(1))
	h.Record(nil, 1, a.Int(1))
	counter, histogram := c.instrument.series[0], h.instrument.series[0]
	forget := func(i *instrument) {
		i.mu.Lock()
		defer i.mu.Unlock()
		for _, s := range i.series {
			s.idle = idleDeliveries
		}
		i.forget()
	}
	forget(c.instrument)
	forget(h.instrument)
	if counter.dead.Load() || histogram.dead.Load() {
		t.Fatal("series with values that were not delivered are gone")
	}
	collectAll(t, r, 0, true)
	forget(h.instrument)
	if histogram.dead.Load() {
		t.Fatal("a series with values that one reader has not got is gone")
	}
	collectAll(t, r, 1, true)
	forget(c.instrument)
	forget(h.instrument)
	if !counter.dead.Load() || !histogram.dead.Load() {
		t.Fatal("idle series are still there")
	}
	add[int64](counter, nil, 7)
	histogram.record(nil, 8)
	for reader := range 2 {
		all := collectAll(t, r, reader, true)
		if p := all["c"].points["a=1"]; p.number != int64(7) {
			t.Errorf("counter %+v, want 7", p)
		}
		if p := all["h"].points["a=1"]; p.count != 1 || p.sum != 8 {
			t.Errorf("histogram %+v, want one value", p)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte("\x0a\x03\x0a\x01a"))
	f.Fuzz(func(_ *testing.T, raw []byte) { canonical(raw) })
}
