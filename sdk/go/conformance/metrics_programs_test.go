package conformance

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// everyMetric records with all instruments, during a span.
func everyMetric() {
	recordEverything()
	lifecycle.Flush()
}

func recordEverything() {
	color, size := attribute.NewKey("color"), attribute.NewKey("size")
	span, _ := scopeA.Start(context.Background(), "span", trace.KindServer)
	defer span.End()
	options := metric.Options{Unit: "{thing}", Description: "Things of \"all\" kinds.\nÄ"}
	metric.NewCounter[int64](scopeA, "int.counter", options).Add(span, 3, color.String("grün"), size.Int(4))
	metric.NewCounter[float64](scopeA, "float.counter", options).Add(span, 0.5)
	metric.NewUpDownCounter[int64](scopeA, "int.updown", options).Add(span, -3)
	metric.NewUpDownCounter[float64](scopeB, "float.updown", options).Add(nil, -0.5)
	metric.NewGauge[int64](scopeB, "int.gauge", options).Record(span, 7)
	metric.NewGauge[float64](scopeB, "float.gauge", options).Record(span, 7.5, color.Bool(true), size.Strings([]string{"a", "b"}))
	h := metric.NewHistogram[float64](nil, "latency", metric.Options{Unit: "s", Bounds: []float64{0.1, 1}})
	for _, v := range []float64{0.05, 0.5, 0.7, 8, 0, -1} {
		h.Record(span, v)
	}
	metric.NewHistogram[int64](nil, "body.size", metric.Options{Unit: "By"}).Record(nil, 300)
	observed := metric.NewObservableCounter[int64](scopeA, "observed.counter", metric.Options{})
	upDown := metric.NewObservableUpDownCounter[float64](scopeA, "observed.updown", metric.Options{})
	gauge := metric.NewObservableGauge[float64](scopeA, "observed.gauge", metric.Options{Unit: "%"})
	buckets := metric.NewObservableHistogram(scopeA, "observed.histogram", metric.Options{Bounds: []float64{1, 2}})
	metric.OnCollect(func(to *metric.Observer) {
		observed.Observe(to, 11, color.String("red"))
		upDown.Observe(to, -1.5)
		gauge.Observe(to, 99.5)
		buckets.Observe(to, []uint64{1, 2, 3})
	})
}

// flushTwice exports twice and prints what became of it.
func flushTwice() {
	c := metric.NewCounter[int64](scopeA, "counter", metric.Options{})
	h := metric.NewHistogram[int64](scopeA, "histogram", metric.Options{})
	o := metric.NewObservableCounter[int64](scopeA, "observed", metric.Options{})
	total := int64(0)
	metric.OnCollect(func(to *metric.Observer) { o.Observe(to, total) })
	for n := range int64(2) {
		c.Add(nil, 5+n)
		h.Record(nil, 5+n)
		total += 5 + n
		lifecycle.Flush()
	}
	s := export.MetricStats()
	fmt.Println(s.Exported > 0, s.Failed > 0, s.Queued+s.Dropped)
}

// manySeries records with as many sets of attributes as COUNT says.
func manySeries() {
	n, _ := strconv.ParseInt(os.Getenv("COUNT"), 10, 64)
	key := attribute.NewKey("n")
	c := metric.NewCounter[int64](scopeA, "counter", metric.Options{})
	h := metric.NewHistogram[int64](scopeA, "histogram", metric.Options{})
	for i := range n {
		c.Add(nil, 1, key.Int(i))
		h.Record(nil, 1, key.Int(i))
	}
	lifecycle.Flush()
}

// scraped waits until its input ends.
func scraped() {
	recordEverything()
	fmt.Println("ready")
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// noMetric ends without any.
func noMetric() { lifecycle.Flush() }

// onlyObserved has an observable instrument and no other.
func onlyObserved() {
	o := metric.NewObservableGauge[int64](scopeA, "observed", metric.Options{})
	metric.OnCollect(func(to *metric.Observer) { o.Observe(to, 1) })
	lifecycle.Flush()
}
