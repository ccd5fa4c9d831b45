package conformance

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// record records in instruments of each kind, within spans and without.
func record() {
	ctx := context.Background()
	counter := metric.NewCounter[int64](scopeA, "requests", metric.Options{})
	upDown := metric.NewUpDownCounter[int64](scopeA, "active", metric.Options{})
	sizes := metric.NewHistogram[int64](scopeA, "sizes", metric.Options{})
	observed := metric.NewObservableCounter[int64](scopeA, "observed", metric.Options{})
	metric.OnCollect(func(to *metric.Observer) { observed.Observe(to, 5) })
	upDown.Add(nil, 1)
	for i := range 10 {
		counter.Add(nil, 1, attribute.NewKey("n").Int(int64(i)))
	}
	// Each into a bucket of its own.
	sampled, _ := scopeA.Start(ctx, "sampled", trace.KindInternal)
	sizes.Record(sampled, 1)
	sampled.End()
	parent := remoteParent
	parent.Flags = 0
	unsampled, _ := scopeA.StartRemote(ctx, parent, "not sampled", trace.KindServer)
	sizes.Record(unsampled, 20)
	unsampled.End()
	sizes.Record(nil, 3000)
}

// measuring records, and has it sent at its end.
func measuring() {
	record()
	lifecycle.Flush()
}

// periodically records, and waits until that is sent without being asked for.
func periodically() {
	record()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if export.MetricStats().Exported > 0 {
			fmt.Println("sent")
			return
		}
	}
	fmt.Println("still waiting")
}

// scraping records, and asks itself for its metrics where SCRAPE says.
func scraping() {
	record()
	response, err := http.Get("http://" + os.Getenv("SCRAPE") + "/metrics")
	if err != nil {
		fmt.Println("scraped nothing")
		return
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Println("scraped", strings.Count(string(body), "\nrequests_total{"))
}

// addresses numbers loopback addresses, so that each program can have the default port.
var addresses atomic.Int32

func loopback() string { return fmt.Sprintf("127.77.%d.1", addresses.Add(1)) }

// freePortOf returns a port of an address that nobody listens on.
func freePortOf(t *testing.T, host string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func measurements(t *testing.T) []variable {
	otlp := []string{"OTEL_METRICS_EXPORTER=otlp"}
	requests := func(o *outcome) string {
		return fmt.Sprintf("%d series", len(o.metric("requests").GetSum().GetDataPoints()))
	}
	sends := func(o *outcome) string {
		return fmt.Sprintf("%s, %d written", requests(o), strings.Count(o.stdout, `"name":"requests"`))
	}
	temporalities := func(o *outcome) string {
		var all []string
		for _, name := range []string{"requests", "observed", "active"} {
			all = append(all, strings.ToLower(strings.TrimPrefix(o.metric(name).GetSum().GetAggregationTemporality().String(), "AGGREGATION_TEMPORALITY_")))
		}
		return strings.Join(all, " ")
	}
	aggregation := func(o *outcome) string {
		switch o.metric("sizes").GetData().(type) {
		case *metricspb.Metric_Histogram:
			return "explicit"
		case *metricspb.Metric_ExponentialHistogram:
			return "exponential"
		}
		return "none"
	}
	exemplars := func(o *outcome) string {
		return fmt.Sprint(len(o.metric("sizes").GetHistogram().GetDataPoints()[0].GetExemplars()))
	}
	const exporter = "OTEL_EXPORTER_OTLP_METRICS_"
	all := []variable{
		{name: "OTEL_SDK_DISABLED", program: "measuring", with: otlp, effect: requests, values: []value{{"", "10 series", ""}, {"true", "0 series", ""}}},
		{name: "OTEL_METRICS_EXPORTER", program: "measuring", effect: sends, values: []value{
			{"", "10 series, 0 written", ""}, {"OTLP", "10 series, 0 written", ""}, {"console", "0 series, 1 written", ""},
			{"otlp,console", "10 series, 1 written", ""}, {"none", "0 series, 0 written", ""},
			{"statsd", "10 series, 0 written", `cannot use "statsd"`}, {"console,logging", "0 series, 1 written", `cannot use "logging"`},
		}},
		{name: "OTEL_METRIC_EXPORT_INTERVAL", program: "periodically", with: otlp, effect: written(""), values: []value{{"0", "sent", ""}, {"5", "sent", ""}}},
		{name: "OTEL_METRIC_EXPORT_INTERVAL", program: "measuring", with: otlp, effect: requests, values: []value{
			{"", "10 series", ""}, {"-1", "10 series", `cannot use "-1", using 60000`}, {"1m", "10 series", `cannot use "1m", using 60000`},
		}},
		{name: "OTEL_METRIC_EXPORT_TIMEOUT", program: "measuring", with: otlp, effect: requests, values: []value{
			{"", "10 series", ""}, {"0", "10 series", ""}, {"20000", "10 series", ""}, {"x", "10 series", `cannot use "x", using 30000`},
		}},
		{name: "OTEL_METRIC_EXPORT_TIMEOUT", program: "measuring", effect: gaveUp, noisy: true,
			with: append([]string{"OTEL_EXPORTER_OTLP_ENDPOINT=DEAD", "OTEL_TRACES_EXPORTER=none"}, otlp...), values: []value{{"1", "gave up in time", ""}}},
		{name: "OTEL_METRICS_EXEMPLAR_FILTER", program: "measuring", with: otlp, effect: exemplars, values: []value{
			{"", "1", ""}, {"trace_based", "1", ""}, {"Always_On", "3", ""}, {"always_off", "0", ""}, {"some", "1", `cannot use "some", using trace_based`},
		}},
		{name: exporter + "TEMPORALITY_PREFERENCE", program: "measuring", with: otlp, effect: temporalities, values: []value{
			{"", "cumulative cumulative cumulative", ""}, {"Cumulative", "cumulative cumulative cumulative", ""},
			{"delta", "delta delta cumulative", ""}, {"LowMemory", "delta cumulative cumulative", ""},
			{"x", "cumulative cumulative cumulative", `cannot use "x", using cumulative`},
		}},
		{name: exporter + "DEFAULT_HISTOGRAM_AGGREGATION", program: "measuring", with: otlp, effect: aggregation, values: []value{
			{"", "explicit", ""}, {"explicit_bucket_histogram", "explicit", ""}, {"base2_exponential_bucket_histogram", "exponential", ""},
			{"x", "explicit", `cannot use "x", using explicit_bucket_histogram`},
		}},
		{name: "OTEL_INSTRUMENTATION_HTTP_SERVER_EMIT_EXPERIMENTAL_TELEMETRY", program: "serving", with: otlp, effect: func(o *outcome) string {
			return fmt.Sprint(o.metric("http.server.active_requests") != nil)
		}, values: []value{{value: "True", want: "true"}, {value: "false", want: "false"}, {value: "", want: "false"}, {value: "maybe", want: "false", warns: "maybe"}}},
		{name: "WEFT_RUNTIME_METRICS", program: "measuring", with: otlp, effect: func(o *outcome) string {
			return fmt.Sprint(o.metric("go.goroutine.count") != nil, o.metric("process.cpu.time") != nil || o.metric("process.uptime") != nil)
		}, values: []value{
			{"", "true true", ""}, {"none", "false false", ""}, {"Go", "true false", ""}, {"go,gpu", "true false", `cannot use "gpu"`},
		}},
	}
	// Prometheus asks at an address, of which each program has one of its own.
	prometheus := func(name string, v value, host string, port string, with ...string) {
		all = append(all, variable{name: name, program: "scraping", effect: written("scraped"), values: []value{v},
			with: append(with, "OTEL_METRICS_EXPORTER=prometheus", "OTEL_TRACES_EXPORTER=none", "SCRAPE="+net.JoinHostPort(host, port))})
	}
	for _, v := range []value{{"", "10", ""}, {"0", "10", `cannot use "0", using 9464`}, {"65536", "10", `cannot use "65536", using 9464`}, {"http", "10", `cannot use "http", using 9464`}} {
		host := loopback()
		prometheus("OTEL_EXPORTER_PROMETHEUS_PORT", v, host, "9464", "OTEL_EXPORTER_PROMETHEUS_HOST="+host)
	}
	host := loopback()
	port := freePortOf(t, host)
	prometheus("OTEL_EXPORTER_PROMETHEUS_PORT", value{port, "10", ""}, host, port, "OTEL_EXPORTER_PROMETHEUS_HOST="+host)
	prometheus("OTEL_EXPORTER_PROMETHEUS_HOST", value{host, "10", ""}, host, "9464")
	port = freePortOf(t, "localhost")
	prometheus("OTEL_EXPORTER_PROMETHEUS_HOST", value{"", "10", ""}, "localhost", port, "OTEL_EXPORTER_PROMETHEUS_PORT="+port)
	return all
}

// TestPrometheusHostThatIsNone has an address that cannot be listened on: the program
// goes on without being scraped.
func TestPrometheusHostThatIsNone(t *testing.T) {
	t.Parallel()
	o := observe(t, "scraping", "OTEL_METRICS_EXPORTER=prometheus", "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_PROMETHEUS_HOST=no host", "SCRAPE=127.77.0.1:9464")
	if written("scraped")(o) != "nothing" || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, "cannot serve metrics to Prometheus") {
		t.Errorf("%s, stderr %s", o.stdout, o.stderr)
	}
}
