package metric

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/trace"
)

var a, b, color = attribute.NewKey("a"), attribute.NewKey("b"), attribute.NewKey("color")

func TestAggregations(t *testing.T) {
	t.Parallel()
	scope := trace.NewScope("test", "1")
	red := color.String("red")
	for _, tt := range []struct {
		name   string
		record func(r *registry)
		want   got
	}{
		{"counter", func(r *registry) {
			c := newCounter[int64](r, scope, "m", Options{Unit: "{thing}", Description: "Things."})
			c.Add(nil, 2)
			c.Add(nil, 3)
			c.Add(nil, -1)
			c.Add(nil, 7, red)
			c.With(red).Add(nil, 1)
		}, got{kind: "sum", monotonic: true, unit: "{thing}", description: "Things.", points: map[string]point{
			"": {number: int64(5)}, "color=red": {number: int64(8)},
		}}},
		{"float counter", func(r *registry) {
			c := newCounter[float64](r, scope, "m", Options{})
			c.Add(nil, 0.5)
			c.Add(nil, 0.25)
			c.Add(nil, math.NaN())
			c.Add(nil, math.Inf(1))
		}, got{kind: "sum", monotonic: true, points: map[string]point{"": {number: 0.75}}}},
		{"up-down counter", func(r *registry) {
			c := newUpDownCounter[int64](r, scope, "m", Options{})
			c.Add(nil, 2)
			c.Add(nil, -5)
		}, got{kind: "sum", points: map[string]point{"": {number: int64(-3)}}}},
		{"up-down counter at zero", func(r *registry) {
			c := newUpDownCounter[float64](r, scope, "m", Options{})
			c.Add(nil, 2)
			c.Add(nil, -2)
		}, got{kind: "sum", points: map[string]point{"": {number: 0.0}}}},
		{"gauge", func(r *registry) {
			g := newGauge[float64](r, scope, "m", Options{})
			g.Record(nil, 2)
			g.Record(nil, -1.5)
			newGauge[float64](r, scope, "m", Options{}).With(red).Record(nil, 4)
		}, got{kind: "gauge", points: map[string]point{"": {number: -1.5}, "color=red": {number: 4.0}}}},
		{"int gauge", func(r *registry) {
			newGauge[int64](r, scope, "m", Options{}).Record(nil, math.MinInt64)
		}, got{kind: "gauge", points: map[string]point{"": {number: int64(math.MinInt64)}}}},
		{"histogram", func(r *registry) {
			h := newHistogram[float64](r, scope, "m", Options{Bounds: []float64{1, 2, 5}})
			for _, v := range []float64{-1, 1, 1.5, 2, 5, 5.5, math.NaN(), math.Inf(1), math.Inf(-1)} {
				h.Record(nil, v)
			}
		}, got{kind: "histogram", points: map[string]point{"": {
			count: 6, sum: 14, low: -1, high: 5.5, buckets: []uint64{2, 2, 1, 1}, bounds: []float64{1, 2, 5},
		}}}},
		{"histogram of integers", func(r *registry) {
			newHistogram[int64](r, scope, "m", Options{}).Record(nil, 10001)
		}, got{kind: "histogram", points: map[string]point{"": {
			count: 1, sum: 10001, low: 10001, high: 10001, buckets: append(make([]uint64, 15), 1), bounds: defaultBounds[:],
		}}}},
		{"histogram of one bucket", func(r *registry) {
			newHistogram[int64](r, scope, "m", Options{Bounds: []float64{}}).Record(nil, 3)
		}, got{kind: "histogram", points: map[string]point{"": {count: 1, sum: 3, low: 3, high: 3, buckets: []uint64{1}}}}},
		{"bounds that do not ascend", func(r *registry) {
			newHistogram[int64](r, scope, "m", Options{Bounds: []float64{2, 1}}).Record(nil, 0)
		}, got{kind: "histogram", points: map[string]point{"": {
			count: 1, buckets: append([]uint64{1}, make([]uint64, 15)...), bounds: defaultBounds[:],
		}}}},
		{"observables", func(r *registry) {
			o := newObservable[int64](r, scope, "m", kindObservableCounter, Options{})
			r.onCollect(func(to *Observer) {
				o.Observe(to, 5)
				o.Observe(to, 6)
				o.Observe(to, 1, red)
			})
		}, got{kind: "sum", monotonic: true, points: map[string]point{"": {number: int64(6)}, "color=red": {number: int64(1)}}}},
		{"observable up-down counter", func(r *registry) {
			o := newObservable[float64](r, scope, "m", kindObservableUpDownCounter, Options{})
			r.onCollect(func(to *Observer) { o.Observe(to, -2) })
			r.onCollect(func(*Observer) { panic("as always") })
		}, got{kind: "sum", points: map[string]point{"": {number: -2.0}}}},
		{"observable gauge", func(r *registry) {
			o := newObservable[float64](r, scope, "m", kindObservableGauge, Options{})
			r.onCollect(func(to *Observer) { o.Observe(to, math.Inf(1)) })
		}, got{kind: "gauge", points: map[string]point{"": {number: math.Inf(1)}}}},
		{"attributes", func(r *registry) {
			c := newCounter[int64](r, scope, "m", Options{})
			c.Add(nil, 1, a.Int(1), b.Int(2))
			c.Add(nil, 1, b.Int(2), a.Int(1))
			c.Add(nil, 1, b.Int(3), b.Int(2), a.Int(1), attribute.Key{}.Int(4))
			c.With(b.Int(2)).Add(nil, 1, a.Int(1))
			c.With(a.Int(9), b.Int(2)).With(a.Int(1)).Add(nil, 1)
		}, got{kind: "sum", monotonic: true, points: map[string]point{"a=1 b=2": {number: int64(5)}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := testRegistry(filterTraceBased, cumulative)
			tt.record(r)
			tt.want.name = "m"
			if tt.want.kind != "gauge" {
				tt.want.temporality = temporalityCumulative
			}
			for range 2 { // the total stays
				g := collectAll(t, r, 0, true)["m"]
				if problem := checkTimes(g); problem != "" {
					t.Error(problem)
				}
				if g = timeless(g); !reflect.DeepEqual(g, tt.want) {
					t.Errorf("got  %+v\nwant %+v", g, tt.want)
				}
			}
		})
	}
}

// checkTimes says what is wrong with the times of points.
func checkTimes(g got) string {
	for attributes, p := range g.points {
		if p.time == 0 || g.kind == "gauge" && p.start != 0 || g.kind != "gauge" && (p.start == 0 || p.start > p.time) {
			return fmt.Sprintf("%s{%s}: from %d to %d", g.name, attributes, p.start, p.time)
		}
	}
	return ""
}

// timeless returns g without its times.
func timeless(g got) got {
	for attributes, p := range g.points {
		p.start, p.time = 0, 0
		g.points[attributes] = p
	}
	return g
}

func TestDelta(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true, DeltaObserved: true}, cumulative)
	c := newCounter[int64](r, nil, "c", Options{})
	u := newUpDownCounter[int64](r, nil, "u", Options{})
	h := newHistogram[float64](r, nil, "h", Options{Bounds: []float64{1}})
	o := newObservable[int64](r, nil, "o", kindObservableCounter, Options{})
	total := int64(100)
	r.onCollect(func(to *Observer) { o.Observe(to, total) })
	record := func(n int64) {
		c.Add(nil, n)
		u.Add(nil, n)
		h.Record(nil, float64(n))
		total += n
	}
	check := func(reader int, deliver bool, counter, upDown, observed any, count uint64, sum, low, high float64) map[string]got {
		t.Helper()
		all := collectAll(t, r, reader, deliver)
		if v := all["c"].points[""].number; v != counter {
			t.Errorf("counter %v, want %v", v, counter)
		}
		if v := all["u"].points[""].number; v != upDown {
			t.Errorf("up-down counter %v, want %v", v, upDown)
		}
		if v := all["o"].points[""].number; v != observed {
			t.Errorf("observable counter %v, want %v", v, observed)
		}
		if p := all["h"].points[""]; p.count != count || p.sum != sum || p.low != low || p.high != high {
			t.Errorf("histogram %+v, want %d, %v, %v, %v", p, count, sum, low, high)
		}
		return all
	}
	record(5)
	first := check(0, true, int64(5), int64(5), int64(105), 1, 5, 5, 5)
	if first["c"].temporality != temporalityDelta || first["h"].temporality != temporalityDelta ||
		first["o"].temporality != temporalityDelta || first["u"].temporality != temporalityCumulative {
		t.Errorf("temporalities %+v", first)
	}
	record(2)
	record(3)
	check(0, false, int64(5), int64(10), int64(5), 2, 5, 2, 3)
	record(1)
	// What was not delivered comes again, with what came since, and begins where the last delivery ended.
	third := check(0, true, int64(6), int64(11), int64(6), 3, 6, 1, 3)
	if third["c"].points[""].start != first["c"].points[""].time {
		t.Error("the interval does not begin where the one that was delivered ended")
	}
	// Without values there is nothing, but for totals and what is observed.
	check(0, true, nil, int64(11), int64(0), 0, 0, 0, 0)
	// The other reader has the total of all.
	check(1, true, int64(11), int64(11), int64(111), 4, 11, 1, 5)
}

func TestLowMemory(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true})
	o := newObservable[int64](r, nil, "o", kindObservableCounter, Options{})
	r.onCollect(func(to *Observer) { o.Observe(to, 7) })
	for range 2 {
		if g := collectAll(t, r, 0, true)["o"]; g.temporality != temporalityCumulative || g.points[""].number != int64(7) {
			t.Errorf("got %+v", g)
		}
	}
}

func TestObservedHistogram(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true, DeltaObserved: true, Exponential: true}, cumulative)
	h := newObservableHistogram(r, nil, "h", Options{Bounds: []float64{1, 2}})
	counts := []uint64{1, 2, 3}
	r.onCollect(func(to *Observer) {
		h.Observe(to, counts)
		h.Observe(to, []uint64{1}) // too few
	})
	for _, tt := range []struct {
		reader  int
		deliver bool
		add     uint64
		want    []uint64
	}{
		{0, true, 0, []uint64{1, 2, 3}}, {0, false, 1, []uint64{1, 1, 1}}, {0, true, 1, []uint64{2, 2, 2}},
		{1, true, 0, []uint64{3, 4, 5}}, {0, true, 0, []uint64{0, 0, 0}},
	} {
		for n := range counts {
			counts[n] += tt.add
		}
		g := collectAll(t, r, tt.reader, tt.deliver)["h"]
		if p := g.points[""]; g.kind != "histogram" || !slices.Equal(p.buckets, tt.want) || p.count != tt.want[0]+tt.want[1]+tt.want[2] {
			t.Errorf("reader %d: %+v, want %v", tt.reader, g, tt.want)
		}
	}
}

func TestObservedNoMore(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, cumulative)
	o := newObservable[int64](r, nil, "o", kindObservableGauge, Options{})
	var kept *Observer
	stop := r.onCollect(func(to *Observer) { o.Observe(to, 7); kept = to })
	if len(collectAll(t, r, 0, true)) != 1 {
		t.Error("nothing was collected")
	}
	stop()
	stop()
	o.Observe(kept, 8)
	if got := collectAll(t, r, 0, true); len(got) != 0 {
		t.Errorf("got %+v after the end of the callback", got)
	}
}

func TestCardinality(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, cumulative)
	c := newCounter[int64](r, nil, "c", Options{})
	o := newObservable[int64](r, nil, "o", kindObservableCounter, Options{})
	const more = 100
	for range 2 {
		for n := range int64(defaultLimit + more) {
			c.Add(nil, 1, a.Int(n), b.Int(0))
		}
	}
	c.Add(nil, 1, b.Int(0), a.Int(7)) // another order of what there is
	r.onCollect(func(to *Observer) {
		for n := range int64(defaultLimit + more) {
			o.Observe(to, 1, a.Int(n))
		}
	})
	all := collectAll(t, r, 0, true)
	for name, want := range map[string]int64{"c": 2 * more, "o": more} {
		points := all[name].points
		if len(points) != defaultLimit+1 {
			t.Errorf("%s: %d series, want %d", name, len(points), defaultLimit+1)
		}
		if p := points["otel.metric.overflow=true"]; p.number != want {
			t.Errorf("%s: overflow %+v, want %d", name, p, want)
		}
	}
	if p := all["c"].points["a=7 b=0"]; p.number != int64(3) {
		t.Errorf("got %+v", p)
	}
}

// With delta temporality alone, room is made again for attributes that are new.
func TestIdleSeriesGo(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Delta: true})
	c := newCounter[int64](r, nil, "c", Options{})
	kept := c.With(a.Int(-1))
	kept.Add(nil, 1)
	for n := range int64(defaultLimit) {
		c.Add(nil, 1, a.Int(n))
	}
	for range idleDeliveries + 1 {
		c.Add(nil, 1, a.Int(5))
		collectAll(t, r, 0, true)
	}
	kept.Add(nil, 1)
	c.Add(nil, 1, a.Int(5))
	c.Add(nil, 1, a.Int(6))
	c.Add(nil, 1, a.Int(defaultLimit))
	points := collectAll(t, r, 0, true)["c"].points
	if got, want := slices.Sorted(maps.Keys(points)), []string{"a=-1", "a=2000", "a=5", "a=6"}; !slices.Equal(got, want) {
		t.Errorf("series %v, want %v", got, want)
	}
	if n := len(c.instrument.series); n != 4 {
		t.Errorf("%d series are kept, want 4", n)
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, cumulative)
	scope := trace.NewScope("test", "identity")
	c := newCounter[int64](r, scope, "Requests", Options{Unit: "1"})
	for _, tt := range []struct {
		name string
		same bool
		i    *instrument
	}{
		{"again", true, newCounter[int64](r, scope, "Requests", Options{Unit: "1"}).instrument},
		{"other case", true, newCounter[int64](r, scope, "requests", Options{Unit: "1"}).instrument},
		{"other description", true, newCounter[int64](r, scope, "Requests", Options{Unit: "1", Description: "d"}).instrument},
		{"other unit", false, newCounter[int64](r, scope, "Requests", Options{}).instrument},
		{"other type", false, newCounter[float64](r, scope, "Requests", Options{Unit: "1"}).instrument},
		{"other kind", false, newUpDownCounter[int64](r, scope, "Requests", Options{Unit: "1"}).instrument},
		{"other scope", false, newCounter[int64](r, nil, "Requests", Options{Unit: "1"}).instrument},
	} {
		if (tt.i == c.instrument) != tt.same {
			t.Errorf("%s: the same is %v", tt.name, !tt.same)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "http.server/x-y_z9": true, "": false, "9a": false, "_a": false, "a b": false, "ä": false,
		strings.Repeat("a", 255): true, strings.Repeat("a", 256): false,
	} {
		if validName(name) != want {
			t.Errorf("%q is valid: %v", name, !want)
		}
	}
}

// Hooks may run before the variables of their package are set, and where nobody
// wants metrics.
func TestNothingToDo(t *testing.T) {
	t.Parallel()
	var (
		c *Counter[int64]
		u *UpDownCounter[float64]
		g *Gauge[int64]
		h *Histogram[float64]
		o *Observable[int64]
	)
	c.With(a.Int(1)).Add(nil, 1)
	u.With(a.Int(1)).Add(nil, 1)
	g.With(a.Int(1)).Record(nil, 1)
	h.With(a.Int(1)).Record(nil, 1)
	o.Observe(nil, 1)
	new(Counter[int64]).With(a.Int(1)).Add(nil, -1)
	r := testRegistry(filterTraceBased)
	newCounter[int64](r, nil, "c", Options{}).Add(nil, 1, a.Int(1))
	newCounter[int64](r, nil, "c", Options{}).With(a.Int(1)).Add(nil, 1)
	if len(r.collect(0)) != 0 || r.instruments[0].table.Load() != nil {
		t.Error("something was recorded for nobody")
	}
}

func TestTooManyInstruments(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, cumulative)
	for n := range maxInstruments + 10 {
		newCounter[int64](r, nil, fmt.Sprint("c", n), Options{}).Add(nil, 1)
	}
	if n := len(r.collect(0)); n != maxInstruments {
		t.Errorf("%d metrics, want %d", n, maxInstruments)
	}
}
