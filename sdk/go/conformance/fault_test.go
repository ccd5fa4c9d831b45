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
	stdout, stderr := run(t, "many", nil, "COUNT=2000", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+refusing(t))
	if n := strings.Count(stderr, "\n"); n != 1 || !strings.HasPrefix(stderr, "weft: cannot send spans to http://127.0.0.1:") {
		t.Errorf("stderr %s", stderr)
	}
	if want := "{Queued:2000 Exported:0 Dropped:0 Failed:0}\n"; stdout != want {
		t.Errorf("stats %s, want %s", stdout, want)
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
			stdout, stderr := run(t, "many", s, "COUNT=3")
			if got := len(s.spans()); got != tt.spans {
				t.Errorf("%d spans, want %d", got, tt.spans)
			}
			if strings.TrimSpace(stdout) != tt.stats {
				t.Errorf("stats %s, want %s", stdout, tt.stats)
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
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	stdout, stderr := run(t, "many", nil, "COUNT=3", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+l.Addr().String(),
		"OTEL_EXPORTER_OTLP_TIMEOUT=100")
	if want := "{Queued:3 Exported:0 Dropped:0 Failed:0}\n"; stdout != want {
		t.Errorf("stats %s, want %s", stdout, want)
	}
	if strings.Count(stderr, "\n") != 1 {
		t.Errorf("stderr %s", stderr)
	}
}

// pipe copies until one side is closed, and then closes both.
func pipe(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	from.Close()
	to.Close()
}
