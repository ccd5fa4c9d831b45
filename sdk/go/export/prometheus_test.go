package export

import (
	"bytes"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]textFormat{
		"":                             plainText,
		"*/*":                          plainText,
		"text/html":                    plainText,
		"application/openmetrics-text": openMetrics,
		"application/openmetrics-text; version=1.0.0; charset=utf-8":                                openMetrics,
		"application/openmetrics-text; version=\"1.0.0\"":                                           openMetrics,
		"application/openmetrics-text;version=0.0.1":                                                plainText,
		"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.6":           plainText,
		"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1": openMetrics,
		"application/openmetrics-text;version=1.0.0;q=0":                                            plainText,
		"application/openmetrics-text;version=1.0.0;q=x":                                            plainText,
		"text/plain;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.2":                             plainText,
	} {
		if got := negotiate(accept); got != want {
			t.Errorf("%q: %v, want %v", accept, got, want)
		}
	}
	for accept, want := range map[string]bool{"": false, "gzip": true, "deflate, GZIP;q=0.5": true, "gzip;q=0": false, "br": false} {
		if acceptsGzip(accept) != want {
			t.Errorf("gzip for %q: %v", accept, !want)
		}
	}
}

func TestFamilyNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, unit string
		counter    bool
		want, word string
	}{
		{"http.server.request.duration", "s", false, "http_server_request_duration_seconds", "seconds"},
		{"requests", "{request}", true, "requests", ""},
		{"requests.total", "1", true, "requests", ""},
		{"requests_total", "", false, "requests_total", ""},
		{"memory.bytes", "By", false, "memory_bytes", "bytes"},
		{"wait.seconds.total", "s", true, "wait_seconds", "seconds"},
		{"bytes", "By", false, "bytes", "bytes"},
		{"speed", "m/s", false, "speed_meters_per_second", "meters_per_second"},
		{"rate", "{packet}/s", false, "rate_per_second", "per_second"},
		{"rate", "By/{request}", false, "rate_bytes", "bytes"},
		{"usage", "%", false, "usage_percent", "percent"},
		{"odd", "furlong", false, "odd_furlong", "furlong"},
		{"odd", "{a", false, "odd", ""},
		{"a..b  c-ä:d", "", false, "a_b_c_:d", ""},
		{"9lives", "", false, "_9lives", ""},
		{"", "", false, "_", ""},
	} {
		if got, word := familyName(tt.name, tt.unit, tt.counter); got != tt.want || word != tt.word {
			t.Errorf("%q in %q: %q, %q; want %q, %q", tt.name, tt.unit, got, word, tt.want, tt.word)
		}
	}
}

// metricMessage returns a Metric with data of a kind, whose points are given.
func metricMessage(name, unit string, kind byte, monotonic bool, points ...[]byte) Metric {
	var data []byte
	for _, p := range points {
		data = wire.AppendBytes(data, 1<<3|wire.Bytes, p)
	}
	if monotonic {
		data = append(data, 3<<3|wire.Varint, 1)
	}
	b := wire.AppendString(nil, 1<<3|wire.Bytes, name)
	b = wire.AppendString(b, 3<<3|wire.Bytes, unit)
	b = wire.AppendBytes(b, kind<<3|wire.Bytes, data)
	return Metric{Scope: queue.NewScope("test", ""), Bytes: wire.AppendBytes(nil, 2<<3|wire.Bytes, b), Points: len(points)}
}

// numberPoint returns a NumberDataPoint.
func numberPoint(v float64, attributes ...attribute.Attribute) []byte {
	var b []byte
	for _, a := range attributes {
		b = a.Append(b, 7<<3|wire.Bytes)
	}
	return wire.AppendFixed64(append(b, 4<<3|wire.Fixed64), math.Float64bits(v))
}

func TestRender(t *testing.T) {
	t.Parallel()
	key := attribute.NewKey
	scope := `otel_scope_name="test",otel_scope_schema_url="` + schemaURL + `"`
	resource := attribute.AppendString(nil, 1<<3|wire.Bytes, key("service.name"), "a\\b\"c\nd")
	metrics := []Metric{
		metricMessage("x", "", 5, false, numberPoint(math.NaN()), numberPoint(math.Inf(1), key("a.b").String("2"), key("a_b").String("1"), key("a b").Bool(true))),
		metricMessage("x", "", 7, true, numberPoint(1)),                                   // x is a gauge
		metricMessage("x", "", 7, false, numberPoint(3), numberPoint(4, key("k").Int(1))), // another gauge: one point is new
		metricMessage("y", "s", 7, true, numberPoint(1e21, key("empty").String(""), key("0").Float(0.5))),
		metricMessage("y.seconds.total", "", 5, false, numberPoint(5)), // the name of a sample of the counter
		metricMessage("e", "", 10, false, []byte{}),                    // has no form in text
	}
	for format, want := range map[textFormat]string{
		plainText: `# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="a\\b\"c\nd"} 1
# TYPE x gauge
x{` + scope + `} NaN
x{a_b="true;2;1",` + scope + `} +Inf
x{k="1",` + scope + `} 4
# TYPE y_seconds_total counter
y_seconds_total{_0="0.5",` + scope + `} 1e+21
`,
		openMetrics: `# HELP target Target metadata
# TYPE target info
target_info{service_name="a\\b\"c\nd"} 1
# TYPE x gauge
x{` + scope + `} NaN
x{a_b="true;2;1",` + scope + `} +Inf
x{k="1",` + scope + `} 4.0
# TYPE y_seconds counter
# UNIT y_seconds seconds
y_seconds_total{_0="0.5",` + scope + `} 1e+21
# EOF
`,
	} {
		if got := string(render(metrics, resource, format)); got != want {
			t.Errorf("format %d:\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestScrapesAnswer(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	s := newScrapes(func() []Metric { <-hang; return nil }, func() []byte { return nil })
	answers := make(chan int, maxScrapes+1)
	for range maxScrapes + 1 {
		go func() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
			answers <- w.Code
		}()
	}
	if code := <-answers; code != http.StatusServiceUnavailable {
		t.Errorf("one more scrape than there is room for: %d", code)
	}
	close(hang)
	for range maxScrapes {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("a scrape: %d", code)
		}
	}
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/metrics", 200}, {"HEAD", "/metrics", 200}, {"POST", "/metrics", 405}, {"GET", "/", 404}, {"GET", "/metrics/x", 404},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, w.Code, tt.status)
		}
	}
}

func TestServePrometheusEnvironment(t *testing.T) {
	busy := httptest.NewServer(http.NotFoundHandler())
	defer busy.Close()
	host, port, _ := strings.Cut(strings.TrimPrefix(busy.URL, "http://"), ":")
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_HOST", host)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
	if servePrometheus(nil, nil) {
		t.Error("a port was had that is taken")
	}
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_HOST", "host.invalid")
	for _, port := range []string{"", "x", "70000", "-1"} {
		t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
		if servePrometheus(nil, nil) {
			t.Error("a host was found that there is not")
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add(metricMessage("x", "s", 7, true, numberPoint(1)).Bytes, []byte("\x0a\x03\x0a\x01a"))
	f.Fuzz(func(t *testing.T, metric, resource []byte) {
		m := []Metric{{Scope: queue.NewScope("test", ""), Bytes: metric}}
		for _, line := range bytes.Split(render(m, resource, openMetrics), []byte("\n")) {
			if len(line) > 0 && line[0] != '#' && !bytes.Contains(line, []byte(" ")) {
				t.Errorf("line %q has no value", line)
			}
		}
	})
}

// Whatever a client accepts, it gets OpenMetrics only if it names that.
func FuzzNegotiate(f *testing.F) {
	for _, accept := range []string{
		"", "*/*", "gzip;q=0.5", "text/plain;version=0.0.4;q=0.2", `application/openmetrics-text; version="1.0.0"; q=1`, ";;q=,,=",
	} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if negotiate(accept) == openMetrics && !strings.Contains(strings.ToLower(accept), "application/openmetrics-text") {
			t.Errorf("%q accepts OpenMetrics", accept)
		}
		if acceptsGzip(accept) && !strings.Contains(strings.ToLower(accept), "gzip") {
			t.Errorf("%q accepts gzip", accept)
		}
	})
}
