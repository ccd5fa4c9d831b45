package conformance

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// freePort returns a port at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(refusing(t))
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// scrape asks until somebody answers.
func scrape(t *testing.T, url, accept string, zipped bool) (body, contentType string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	client := http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	if zipped {
		request.Header.Set("Accept-Encoding", "gzip")
	}
	response, err := client.Do(request)
	for deadline := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(deadline); response, err = client.Do(request) {
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var from io.Reader = response.Body
	if zipped {
		if from, err = gzip.NewReader(response.Body); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(from)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v: %s", response.Status, err, b)
	}
	return string(b), response.Header.Get("Content-Type")
}

func TestPrometheus(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	s := newMetricSink(t)
	cmd := program(t, "scraped", s.sink, "OTEL_METRICS_EXPORTER=prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT="+port, "OTEL_SERVICE_NAME=shop")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	started(t, cmd)
	url := "http://localhost:" + port + "/metrics"
	const openMetrics = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4," +
		"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
	plain, plainType := scrape(t, url, "", false)
	open, openType := scrape(t, url, openMetrics, true)
	if !strings.HasPrefix(plainType, "text/plain; version=0.0.4; charset=utf-8") || !strings.HasPrefix(openType, "application/openmetrics-text; version=1.0.0; charset=utf-8") {
		t.Errorf("types %q and %q", plainType, openType)
	}
	if !strings.HasSuffix(open, "\n# EOF\n") || strings.Contains(plain, "# EOF") || strings.Contains(plain, "} # {") {
		t.Error("the formats are mixed up")
	}
	for _, line := range []string{
		"# TYPE target_info gauge", `target_info{.*service_name="shop".*} 1`, "# TYPE int_counter_total counter",
		`int_counter_total{color="grün",otel_scope_name="example/a",otel_scope_schema_url="https://opentelemetry.io/schemas/.*",otel_scope_version="1.2.3",size="4"} 3`,
		`# HELP int_counter_total Things of "all" kinds.\\nÄ`, "# TYPE float_gauge gauge", `float_gauge{color="true",.*,size="\[\\"a\\",\\"b\\"\]"} 7.5`,
		"# TYPE latency_seconds histogram", `latency_seconds_bucket{.*le="0.1"} 3`, `latency_seconds_bucket{.*le="1"} 5`,
		`latency_seconds_bucket{.*le="\+Inf"} 6`, `latency_seconds_sum{.*} 8.25`, `latency_seconds_count{.*} 6`, "# TYPE body_size_bytes histogram",
		`observed_gauge_percent{.*} 99.5`, `go_goroutine_count{.*} \d+`, `process_cpu_time_seconds_total{cpu_mode="user",.*} .+`, `observed_histogram_count{.*} 6`,
	} {
		if !regexp.MustCompile("(?m)^" + line + "$").MatchString(plain) {
			t.Errorf("no line %s", line)
		}
	}
	exemplar := ` # {span_id="[0-9a-f]{16}",trace_id="[0-9a-f]{32}"} `
	for _, line := range []string{
		"# TYPE target info", `target_info{.*} 1`, "# TYPE int_counter counter", `int_counter_total{.*} 3` + exemplar + `3 \d+\.\d+`,
		"# UNIT latency_seconds seconds", `latency_seconds_bucket{.*le="1.0"} 5` + exemplar + `0\.[57] \d+\.\d+`, `latency_seconds_sum{.*} 8.25`,
		`# HELP int_counter Things of \\"all\\" kinds.\\nÄ`,
	} {
		if !regexp.MustCompile("(?m)^" + line + "$").MatchString(open) {
			t.Errorf("no line %s in OpenMetrics", line)
		}
	}
	if t.Failed() {
		t.Log(plain, open)
	}

	// A second program does without, and says so.
	_, second := run(t, "everyMetric", s.sink, "OTEL_METRICS_EXPORTER=prometheus,otlp", "OTEL_EXPORTER_PROMETHEUS_PORT="+port)
	if strings.Count(second, "\n") != 1 || !strings.HasPrefix(second, "weft: cannot serve metrics to Prometheus on localhost:"+port) || len(s.received()) != 1 {
		t.Errorf("%d requests, stderr %q", len(s.received()), second)
	}

	_ = stdin.Close()
	if err := cmd.Wait(); err != nil || stderr.String() != "" {
		t.Errorf("%v: %s", err, stderr.String())
	}
}
