package conformance

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// refusing returns an address at which nobody listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestNobodyListens(t *testing.T) {
	start := time.Now()
	stats, stderr := runMany(t, nil, 2000, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+refusing(t))
	if n := strings.Count(stderr, "\n"); n != 1 || !strings.HasPrefix(stderr, "weft: cannot send spans to http://127.0.0.1:") {
		t.Errorf("stderr %s", stderr)
	}
	if want := "{Queued:2000 Exported:0 Dropped:0 Failed:0}"; stats != want {
		t.Errorf("stats %s, want %s", stats, want)
	}
	if d := time.Since(start); d > 4*time.Second {
		t.Errorf("the end of the program took %v", d)
	}
}

func TestAnswers(t *testing.T) {
	type answer func(w http.ResponseWriter, r *http.Request, attempt int) bool
	status := func(code int, header ...string) answer {
		return func(w http.ResponseWriter, _ *http.Request, attempt int) bool {
			if attempt > 1 {
				return false
			}
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			return true
		}
	}
	tests := []struct {
		name   string
		answer answer
		spans  int
		stats  string
		stderr string
	}{
		{"503, then well", status(503), 3, "{Queued:0 Exported:3 Dropped:0 Failed:0}", "503 Service Unavailable (trying again"},
		{"429 with Retry-After", status(429, "Retry-After", "1"), 3, "{Queued:0 Exported:3 Dropped:0 Failed:0}", "429 Too Many Requests (trying again"},
		{"502", status(502), 3, "{Queued:0 Exported:3 Dropped:0 Failed:0}", "502"},
		{"504", status(504), 3, "{Queued:0 Exported:3 Dropped:0 Failed:0}", "504"},
		{"503 with a long Retry-After", status(503, "Retry-After", "3600"), 0, "{Queued:3 Exported:0 Dropped:0 Failed:0}", "503"},
		{"400", status(400), 0, "{Queued:0 Exported:0 Dropped:0 Failed:3}", "refuses spans: 400 Bad Request"},
		{"404", status(404), 0, "{Queued:0 Exported:0 Dropped:0 Failed:3}", "refuses spans: 404 Not Found"},
		{"redirect", status(307, "Location", "http://127.0.0.1:1/"), 0, "{Queued:0 Exported:0 Dropped:0 Failed:3}", "307"},
		{"reset", func(w http.ResponseWriter, _ *http.Request, attempt int) bool {
			if attempt > 1 {
				return false
			}
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				err = connection.(*net.TCPConn).SetLinger(0)
				_ = connection.Close()
			}
			return err == nil
		}, 0, "{Queued:3 Exported:0 Dropped:0 Failed:0}", "cannot send spans"},
		{"partial success", func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			_, _ = w.Write([]byte("\x0a\x0a\x08\x02\x12\x06reason"))
			return true
		}, 0, "{Queued:0 Exported:1 Dropped:0 Failed:2}", "did not accept all spans: reason"},
		{"an answer that is cut off", func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("\x0a"))
			return true
		}, 0, "{Queued:0 Exported:3 Dropped:0 Failed:0}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSink(t)
			attempt := 0
			s.answers(func(w http.ResponseWriter, r *http.Request) bool {
				attempt++
				return tt.answer(w, r, attempt)
			})
			stats, stderr := runMany(t, s, 3)
			if got := len(s.spans()); got != tt.spans {
				t.Errorf("%d spans, want %d", got, tt.spans)
			}
			if stats != tt.stats {
				t.Errorf("stats %s, want %s", stats, tt.stats)
			}
			if !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("stderr %q, want %q", stderr, tt.stderr)
			}
		})
	}
}

// A backend that accepts connections and says nothing holds up the end of the
// program for as long as Flush allows, and no longer.
func TestBackendHangs(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			stats, stderr := runMany(t, nil, 3, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+l.Addr().String(),
				"OTEL_EXPORTER_OTLP_PROTOCOL="+protocol, "OTEL_EXPORTER_OTLP_TIMEOUT=100")
			if want := "{Queued:3 Exported:0 Dropped:0 Failed:0}"; stats != want {
				t.Errorf("stats %s, want %s", stats, want)
			}
			if strings.Count(stderr, "\n") != 1 {
				t.Errorf("stderr %s", stderr)
			}
		})
	}
}

// A connection on which a backend went silent is not used again.
func TestSilentConnectionIsGivenUp(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			s := newSinkFor(t, protocol)
			proxy := newProxy(t, s, func(first net.Conn) {
				_, _ = io.Copy(io.Discard, first)
			})
			stdout, stderr := run(t, "retried", nil, "COUNT=3", "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol,
				"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+proxy, "OTEL_BSP_SCHEDULE_DELAY=1", "OTEL_EXPORTER_OTLP_TIMEOUT=200")
			checkRetried(t, s, stdout, stderr)
		})
	}
}

// A connection that is cut in the middle of a request is made again for the next.
func TestConnectionIsCut(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			s := newSinkFor(t, protocol)
			proxy := newProxy(t, s, func(first net.Conn) {
				_, _ = first.Read(make([]byte, 100))
				resetConnection(first)
			})
			stdout, stderr := run(t, "retried", nil, "COUNT=3", "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol,
				"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+proxy, "OTEL_BSP_SCHEDULE_DELAY=1")
			checkRetried(t, s, stdout, stderr)
		})
	}
}

func checkRetried(t *testing.T, s *sink, stdout, stderr string) {
	t.Helper()
	if want := "{Queued:0 Exported:3 Dropped:0 Failed:0}\n"; stdout != want || strings.Count(stderr, "\n") != 2 {
		t.Errorf("stats %s, want %s; stderr %s", stdout, want, stderr)
	}
	if got := len(s.spans()); got != 3 {
		t.Errorf("%d spans, want 3", got)
	}
}

// newProxy returns the address of a proxy to s whose first connection is for
// mistreat.
func newProxy(t *testing.T, s *sink, mistreat func(first net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for first := true; ; first = false {
			from, err := l.Accept()
			if err != nil {
				return
			}
			if first {
				go mistreat(from)
				continue
			}
			to, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
			if err != nil {
				from.Close()
				return
			}
			go pipe(from, to)
			go pipe(to, from)
		}
	}()
	return l.Addr().String()
}

// resetConnection closes a connection in the way that the other side cannot overlook.
func resetConnection(c net.Conn) {
	if c, ok := c.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
		c.Close()
	}
}

// pipe copies until one side is closed, and then closes both.
func pipe(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	from.Close()
	to.Close()
}

// newSinkFor returns a backend for a protocol.
func newSinkFor(t *testing.T, protocol string) *sink {
	t.Helper()
	if protocol == "grpc" {
		return newGRPCSink(t, nil).sink
	}
	return newSink(t)
}

// Nothing of the runtime is left once all is flushed, whatever the way it went.
func TestNoGoroutineIsLeft(t *testing.T) {
	for _, tt := range []struct{ protocol, variable string }{
		{"http/protobuf", ""}, {"http/json", ""}, {"grpc", ""},
		{"http/protobuf", "OTEL_TRACES_EXPORTER=console"},
		{"http/protobuf", "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + refusing(t)},
		{"grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + refusing(t)},
	} {
		t.Run(tt.protocol+" "+tt.variable, func(t *testing.T) {
			t.Parallel()
			s := newSinkFor(t, tt.protocol)
			// The goroutines that wait for signals stay.
			run(t, "goroutines", s, "WEFT_SIGNALS=off", "OTEL_EXPORTER_OTLP_PROTOCOL="+tt.protocol, tt.variable)
		})
	}
}
