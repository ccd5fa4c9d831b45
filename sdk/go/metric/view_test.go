package metric

import (
	"fmt"
	"reflect"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/trace"
)

// viewed returns a registry with views, whose readers are one for exponential buckets, one for
// explicit ones, and one that can have none but these.
func viewed(views ...config.View) *registry {
	r := testRegistry(filterTraceBased, export.MetricReader{Exponential: true}, cumulative, export.MetricReader{Explicit: true})
	r.provider().views = views
	return r
}

func TestViewsSelect(t *testing.T) {
	scope := trace.NewScope("shop/view", "1.2")
	for _, tt := range []struct {
		view config.View
		want bool
	}{
		{config.View{}, true},
		{config.View{Instrument: "http.*"}, true},
		{config.View{Instrument: "http.requests"}, true},
		{config.View{Instrument: "http.request"}, false},
		{config.View{Kind: "counter", Unit: "{request}", Meter: "shop/view", Version: "1.2"}, true},
		{config.View{Kind: "up_down_counter"}, false},
		{config.View{Unit: "s"}, false},
		{config.View{Meter: "shop"}, false},
		{config.View{Meter: "shop/view", Version: "1.3"}, false},
	} {
		r := viewed()
		c := newCounter[int64](r, scope, "http.Requests", Options{Unit: "{request}"})
		if got := selects(&tt.view, c.instrument); got != tt.want {
			t.Errorf("%+v selects: %v", tt.view, got)
		}
	}
}

func TestViewNamesAndDrops(t *testing.T) {
	r := viewed(config.View{Instrument: "old", Name: "new", Description: "New."}, config.View{Instrument: "*", Drop: true},
		config.View{Instrument: "old", Name: "New", Description: "Too late."})
	old := newCounter[int64](r, nil, "old", Options{Description: "Old."})
	none := newCounter[int64](r, nil, "none", Options{})
	observed := newObservable[int64](r, nil, "nothing", kindObservableCounter, Options{})
	r.onCollect(func(to *Observer) { observed.Observe(to, 1) })
	for range 2 {
		old.Add(nil, 1, color.String("red"))
		none.Add(nil, 1)
		none.Add(nil, 1, color.String("red"))
		none.With(color.String("red")).Add(nil, 1)
	}
	all := collectAll(t, r, 1, true)
	if m := all["new"]; len(all) != 1 || m.description != "New." || m.points["color=red"].number != int64(2) {
		t.Errorf("%+v", all)
	}
	// The instrument is still found by its own name.
	newCounter[int64](r, nil, "old", Options{Description: "Old."}).Add(nil, 1, color.String("red"))
	if m := collectAll(t, r, 1, true)["new"]; m.points["color=red"].number != int64(3) {
		t.Errorf("%+v", m)
	}
}

// Each view that selects an instrument makes a metric of its own.
func TestViewsOfOneInstrument(t *testing.T) {
	views := []config.View{
		{Name: "all"}, {Included: []string{"a"}}, {Name: "few", Limit: 1, Included: []string{"b"}},
		{Name: "Few", Description: "Too late."}, {Drop: true},
	}
	both := []attribute.Attribute{a.Int(1), b.Int(1)}
	type values map[string]map[string]any
	same := func(v any) values {
		return values{"all": {"a=1 b=1": v}, "i": {"a=1": v}, "few": {"b=1": v}}
	}
	for name, tt := range map[string]struct {
		record func(*registry)
		want   values
	}{
		"counter": {func(r *registry) {
			c := newCounter[int64](r, nil, "i", Options{}).With(a.Int(1))
			for n := range int64(3) {
				c.Add(nil, 1)
				c.Add(nil, 1, b.Int(n))
			}
		}, values{
			"all": {"a=1": int64(3), "a=1 b=0": int64(1), "a=1 b=1": int64(1), "a=1 b=2": int64(1)}, "i": {"a=1": int64(6)},
			"few": {"": int64(3), "otel.metric.overflow=true": int64(3)},
		}},
		"up-down counter": {func(r *registry) { newUpDownCounter[int64](r, nil, "i", Options{}).Add(nil, -2, both...) }, same(int64(-2))},
		"gauge":           {func(r *registry) { newGauge[float64](r, nil, "i", Options{}).Record(nil, 1.5, both...) }, same(1.5)},
		"histogram":       {func(r *registry) { newHistogram[float64](r, nil, "i", Options{}).Record(nil, 1.5, both...) }, same(uint64(1))},
		"observable": {func(r *registry) {
			o := newObservable[int64](r, nil, "i", kindObservableGauge, Options{})
			r.onCollect(func(to *Observer) { o.Observe(to, 4, both...) })
		}, same(int64(4))},
		"observable histogram": {func(r *registry) {
			o := newObservableHistogram(r, nil, "i", Options{Bounds: []float64{7}})
			r.onCollect(func(to *Observer) { o.Observe(to, []uint64{1, 2}, both...) })
		}, same(uint64(3))},
	} {
		r := viewed(views...)
		tt.record(r)
		got := make(values)
		for name, m := range collectAll(t, r, 1, true) {
			got[name] = make(map[string]any)
			for attributes, p := range m.points {
				got[name][attributes] = p.number
				if m.kind == "histogram" {
					got[name][attributes] = p.count
				}
			}
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestViewBuckets(t *testing.T) {
	for _, tt := range []struct {
		view   config.View
		kinds  [3]string // by reader
		bounds []float64 // of explicit buckets
	}{
		{config.View{}, [3]string{"exponential", "histogram", "histogram"}, []float64{7}},
		{config.View{Explicit: true}, [3]string{"histogram", "histogram", "histogram"}, []float64{7}},
		{config.View{Explicit: true, Bounds: []float64{1, 2}}, [3]string{"histogram", "histogram", "histogram"}, []float64{1, 2}},
		{config.View{Explicit: true, Bounds: []float64{}}, [3]string{"histogram", "histogram", "histogram"}, nil},
		{config.View{Exponential: true, NoExtremes: true}, [3]string{"exponential", "exponential", "histogram"}, []float64{7}},
	} {
		r := viewed(tt.view)
		newHistogram[float64](r, nil, "h", Options{Bounds: []float64{7}}).Record(nil, 1.5)
		newCounter[int64](r, nil, "c", Options{}).Add(nil, 1)
		for reader, kind := range tt.kinds {
			all := collectAll(t, r, reader, true)
			m := all["h"]
			if m.kind != kind || all["c"].kind != "sum" {
				t.Errorf("%+v: reader %d gets %s, want %s", tt.view, reader, m.kind, kind)
			}
			p := m.points[""]
			if kind == "histogram" && !reflect.DeepEqual(p.bounds, tt.bounds) || p.count != 1 || (p.high == 1.5) == tt.view.NoExtremes {
				t.Errorf("%+v: %+v", tt.view, p)
			}
		}
	}
}

func TestViewFiltersAttributes(t *testing.T) {
	r := viewed(config.View{Instrument: "c*", Included: []string{"a", "col*"}, Excluded: []string{"color"}}, config.View{Excluded: []string{"b"}})
	counter := newCounter[int64](r, nil, "c", Options{})
	observed := newObservable[int64](r, nil, "o", kindObservableUpDownCounter, Options{})
	gauge := newObservable[int64](r, nil, "g", kindObservableGauge, Options{})
	r.onCollect(func(to *Observer) {
		for n := range int64(3) {
			observed.Observe(to, 1, a.Int(1), b.Int(n))
			gauge.Observe(to, n, b.Int(n))
		}
	})
	const many = 10_000 // more than there is room for
	for n := range int64(many) {
		counter.Add(nil, 1, b.Int(n), a.Int(1), color.String(fmt.Sprint(n)))
	}
	counter.With(b.Int(1)).Add(nil, 1, a.Int(1))
	counter.Add(nil, 1)
	for range 2 {
		all := collectAll(t, r, 1, true)
		if got := all["c"].points; len(got) != 2 || got["a=1"].number != int64(many+1) || got[""].number != int64(1) {
			t.Errorf("%+v", got)
		}
		if got := all["o"].points; len(got) != 1 || got["a=1"].number != int64(3) {
			t.Errorf("%+v", got)
		}
		if got := all["g"].points; len(got) != 1 || got[""].number != int64(2) {
			t.Errorf("%+v", got)
		}
	}
}

func TestLimitsOfSeries(t *testing.T) {
	r := viewed(config.View{Instrument: "viewed", Limit: 2})
	r.provider().limits[kindCounter] = 3
	for name, want := range map[string]int{"viewed": 2, "other": 3} {
		c := newCounter[int64](r, nil, name, Options{})
		for n := range int64(10) {
			c.Add(nil, 1, a.Int(n))
		}
		if got := collectAll(t, r, 1, true)[name].points; len(got) != want+1 {
			t.Errorf("%s: %d points, want %d", name, len(got), want+1)
		}
	}
}
