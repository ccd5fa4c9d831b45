package export

import (
	"compress/gzip"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/report"
)

// servePrometheus starts to serve metrics to Prometheus (metrics/sdk_exporters/
// prometheus.md), on the address that the environment says. It reports false where
// that cannot be had.
func servePrometheus(collect func() []Metric, resource func() []byte) bool {
	const port = "OTEL_EXPORTER_PROMETHEUS_PORT"
	host := env.String("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost")
	const usual, largest = 9464, 65535
	number := env.Int(port, usual, 1)
	if number > largest {
		env.Bad(port, strconv.Itoa(number), strconv.Itoa(usual))
		number = usual
	}
	address := net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(number))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		report.Once("prometheus", "cannot serve metrics to Prometheus on %s: %v", address, err)
		return false
	}
	server := &http.Server{
		Handler:           newScrapes(collect, resource),
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	serving.serve = func() {
		goroutine.Suppress() // the goroutines of connections inherit that
		err := server.Serve(listener)
		report.Once("prometheus", "metrics are not served to Prometheus any more: %v", err)
	}
	serverTimer().Reset(0)
	return true
}

// serving starts what serves, on a goroutine of the timer's: one of a
// testing/synctest bubble would have to end before the test can.
var serving struct {
	create sync.Once
	timer  *time.Timer
	serve  func()
}

func init() { serverTimer() }

func serverTimer() *time.Timer {
	serving.create.Do(func() {
		serving.timer = time.AfterFunc(time.Hour, func() { serving.serve() })
		serving.timer.Stop()
	})
	return serving.timer
}

// maxScrapes is how many scrapes are answered at once. There are more only where
// something that is observed hangs.
const maxScrapes = 8

// scrapes answers Prometheus.
type scrapes struct {
	collect  func() []Metric
	resource func() []byte
	room     chan struct{} // a token for each scrape
}

func newScrapes(collect func() []Metric, resource func() []byte) *scrapes {
	return &scrapes{collect, resource, make(chan struct{}, maxScrapes)}
}

// ServeHTTP serves /metrics.
func (s *scrapes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case s.room <- struct{}{}:
		defer func() { <-s.room }()
	default:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	switch {
	case r.URL.Path != "/metrics":
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	format := negotiate(strings.Join(r.Header.Values("Accept"), ","))
	header := w.Header()
	header.Set("Content-Type", format.contentType())
	header.Set("Vary", "Accept, Accept-Encoding")
	body := render(s.collect(), s.resource(), format)
	if !acceptsGzip(strings.Join(r.Header.Values("Accept-Encoding"), ",")) {
		header.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // nobody is left to tell
		return
	}
	header.Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = z.Write(body)
	_ = z.Close()
}

// textFormat is one of the formats that Prometheus reads.
type textFormat uint8

const (
	plainText   textFormat = iota // Prometheus text format 0.0.4
	openMetrics                   // OpenMetrics 1.0.0
)

func (f textFormat) contentType() string {
	if f == openMetrics {
		return "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
	}
	return "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
}

// negotiate returns the format that an Accept field prefers (RFC 9110, section
// 12.5.1), plain text where it names none that there is.
func negotiate(accept string) textFormat {
	best, quality := plainText, 0.0
	for item := range strings.SplitSeq(accept, ",") {
		name, parameters := parseAccept(item)
		format := plainText
		switch {
		case name == "application/openmetrics-text" && (parameters["version"] == "" || parameters["version"] == "1.0.0"):
			format = openMetrics
		case name == "text/plain" && (parameters["version"] == "" || parameters["version"] == "0.0.4"):
		case name == "*/*" || name == "text/*":
		default:
			continue
		}
		if q := qualityOf(parameters); q > quality {
			best, quality = format, q
		}
	}
	return best
}

// parseAccept takes one item of a field apart.
func parseAccept(item string) (name string, parameters map[string]string) {
	name, rest, _ := strings.Cut(item, ";")
	parameters = make(map[string]string)
	for rest != "" {
		var parameter string
		parameter, rest, _ = strings.Cut(rest, ";")
		key, value, _ := strings.Cut(parameter, "=")
		parameters[strings.ToLower(strings.TrimSpace(key))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return strings.ToLower(strings.TrimSpace(name)), parameters
}

func qualityOf(parameters map[string]string) float64 {
	v, given := parameters["q"]
	if !given {
		return 1
	}
	q, err := strconv.ParseFloat(v, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

func acceptsGzip(accept string) bool {
	for item := range strings.SplitSeq(accept, ",") {
		if name, parameters := parseAccept(item); name == "gzip" {
			return qualityOf(parameters) > 0
		}
	}
	return false
}
