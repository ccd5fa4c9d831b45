package conformance

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// conversation is a running program that answers lines.
type conversation struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func converse(t *testing.T, cmd *exec.Cmd) *conversation {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	return &conversation{t, cmd, in, started(t, cmd)}
}

func (c *conversation) ask() string {
	c.t.Helper()
	if _, err := io.WriteString(c.in, "\n"); err != nil {
		c.t.Fatal(err)
	}
	return c.answer()
}

func (c *conversation) answer() string {
	c.t.Helper()
	line, err := c.out.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	return line
}

// until asks for the program's state until it is as wanted. The test's own time limit
// ends it otherwise.
func (c *conversation) until(want func(state) bool) state {
	c.t.Helper()
	for {
		s := c.state(c.ask())
		if want(s) {
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (c *conversation) state(line string) state {
	c.t.Helper()
	s, err := readState(line)
	if err != nil {
		c.t.Fatalf("%q: %v", line, err)
	}
	return s
}

// outageVariable makes outages last that many seconds, at least. Without it, they end when
// it has been seen what they do.
const outageVariable = "WEFT_OUTAGE_SECONDS"

// longestOutage is less than for how long the delivery of a request is tried.
const longestOutage = 110 * time.Second

func outageFromEnv(t *testing.T) time.Duration {
	t.Helper()
	v := os.Getenv(outageVariable)
	if v == "" {
		return 0
	}
	seconds, err := strconv.ParseFloat(v, 64)
	outage := time.Duration(seconds * float64(time.Second))
	if err != nil || outage < 0 || outage > longestOutage {
		t.Fatalf("%s is %q, and not a number of seconds up to %v", outageVariable, v, longestOutage)
	}
	return outage
}

// A program that makes 1000 spans a second goes on doing so while its backend is
// away. What does not fit the queue is dropped and counted, memory is bounded, and
// what the queue holds arrives when the backend is back.
func TestOutage(t *testing.T) {
	lasting := outageFromEnv(t)
	for _, protocol := range []string{"http/protobuf", "http/json", "grpc"} {
		for name, o := range map[string]outage{
			"reset":        {traffic: resetting, items: 500, lasting: lasting},
			"silent":       {traffic: silent, items: 500, lasting: lasting},
			"fits a queue": {traffic: resetting, items: 1_000_000, lasting: lasting},
		} {
			t.Run(protocol+" "+name, func(t *testing.T) {
				t.Parallel()
				o.test(t, protocol)
			})
		}
	}
}

// outage is what happens to a program's backend.
type outage struct {
	traffic traffic
	items   int64         // that the program's queue holds
	lasting time.Duration // at least, and until the queue has overflowed if it can
}

const outageBatch = 100

func (o outage) test(t *testing.T, protocol string) {
	s := newSinkFor(t, protocol)
	g := newGate(t, s)
	own := newMetricSink(t)
	cmd := program(t, "steady", nil, "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+g.address,
		"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT="+own.URL+"/v1/metrics",
		"OTEL_BSP_SCHEDULE_DELAY=20", fmt.Sprint("OTEL_BSP_MAX_QUEUE_SIZE=", o.items), fmt.Sprint("OTEL_BSP_MAX_EXPORT_BATCH_SIZE=", outageBatch))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	c := converse(t, cmd)

	before := c.until(func(s state) bool { return s.Exported >= 2*outageBatch })
	if before.Dropped != 0 || before.Failed != 0 {
		t.Errorf("before the outage: %+v", before)
	}
	g.set(o.traffic)
	since := time.Now()
	during := c.until(func(s state) bool {
		o.checkBounds(t, before, s)
		return time.Since(since) >= o.lasting && (o.overflows(s) || s.Queued >= 1000 && o.items > s.Created)
	})
	o.checkDuring(t, during)
	g.set(passing)
	after := c.until(func(s state) bool {
		o.checkBounds(t, before, s)
		return s.Exported >= during.Exported+during.Queued
	})
	c.in.Close()
	end := c.state(c.answer())
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	t.Logf("created, heap, longest, queued, exported, dropped, failed:\nbefore %vduring %vafter  %vend    %v", before, during, after, end)
	o.checkEnd(t, end, s, own)
	o.checkReports(t, end, stderr.String())
}

func (o outage) overflows(s state) bool { return s.Dropped >= o.items }

// checkBounds holds at any time.
func (o outage) checkBounds(t *testing.T, before, now state) {
	t.Helper()
	// A span is less than 200 bytes.
	if most := before.Heap + 4<<20 + 200*uint64(now.Queued); now.Heap > most {
		t.Errorf("heap grew from %d to %d bytes", before.Heap, now.Heap)
	}
	// If a span waited for its delivery, it would wait for the time limit of 10 seconds.
	if now.Longest > 5*time.Second {
		t.Errorf("a span took %v", now.Longest)
	}
	// What is being sent may be about to be counted as exported.
	if sum := now.Queued + now.Exported + now.Dropped + now.Failed; sum < now.Created || sum > now.Created+outageBatch || now.Failed != 0 {
		t.Errorf("%+v", now)
	}
}

func (o outage) checkDuring(t *testing.T, s state) {
	t.Helper()
	if sum := s.Queued + s.Exported + s.Dropped; sum != s.Created {
		t.Errorf("during the outage: %+v", s)
	}
	if !o.overflows(s) {
		if s.Dropped != 0 || s.Queued < s.Created-s.Exported {
			t.Errorf("during the outage: %+v, want none dropped", s)
		}
		return
	}
	// The items of a request are kept besides what the queue holds.
	if s.Queued < o.items || s.Queued > o.items+outageBatch {
		t.Errorf("during the outage: %+v, want %d to %d queued", s, o.items, o.items+outageBatch)
	}
}

// checkEnd checks that the program's counts, its own metrics, and what its backend has
// agree.
func (o outage) checkEnd(t *testing.T, end state, s *sink, own *metricSink) {
	t.Helper()
	if end.Queued != 0 || end.Failed != 0 || end.Exported+end.Dropped != end.Created {
		t.Errorf("at the end: %+v", end)
	}
	ids := map[string]bool{}
	for _, span := range s.spans() {
		ids[string(span.SpanId)] = true
	}
	if int64(len(ids)) != end.Exported {
		t.Errorf("%d spans arrived, want %d", len(ids), end.Exported)
	}
	metric := lastOfSDK(t, own)
	want := map[string]int64{"": end.Exported}
	if end.Dropped > 0 {
		want["queue_full"] = end.Dropped
	}
	if got := metric("otel.sdk.processor.span.processed"); !maps.Equal(got, want) {
		t.Errorf("processed %v, want %v", got, want)
	}
	if got := metric("otel.sdk.exporter.span.exported"); !maps.Equal(got, map[string]int64{"": end.Exported}) {
		t.Errorf("exported %v, want %d", got, end.Exported)
	}
	for _, name := range []string{"otel.sdk.processor.span.queue.size", "otel.sdk.exporter.span.inflight"} {
		if got := metric(name); !maps.Equal(got, map[string]int64{"": 0}) {
			t.Errorf("%s %v, want 0", name, got)
		}
	}
}

// lastOfSDK returns what looks up metrics of the telemetry in what arrived last.
func lastOfSDK(t *testing.T, s *metricSink) func(name string) map[string]int64 {
	t.Helper()
	received := s.received()
	if len(received) == 0 {
		t.Fatal("no metrics arrived")
	}
	last := byName(received[len(received)-1])
	return func(name string) map[string]int64 { return byErrorType(last["go.weft.dev/sdk/runtimemetrics "+name]) }
}

// byErrorType returns the values of a metric's points.
func byErrorType(m *metricspb.Metric) map[string]int64 {
	values := map[string]int64{}
	for _, p := range m.GetSum().GetDataPoints() {
		of, _ := attributes(p.Attributes)["error.type"].(string)
		values[of] += p.GetAsInt()
	}
	return values
}

func (o outage) checkReports(t *testing.T, end state, stderr string) {
	t.Helper()
	want := map[string]int{"cannot send spans to ": 1, "works again": 1, "spans are being dropped": 0, "were dropped": 0}
	if o.overflows(end) {
		want["spans are being dropped"] = 1
		want["were dropped"] = 1
		want[fmt.Sprint("of ", end.Created, " spans, ", end.Dropped, " were dropped")] = 1
	}
	for line, times := range want {
		if strings.Count(stderr, line) != times {
			t.Errorf("stderr does not say %q %d times: %s", line, times, stderr)
		}
	}
}

// What a backend will never accept is counted by what it says.
func TestFailuresAreCounted(t *testing.T) {
	t.Parallel()
	s, own := newSink(t), newMetricSink(t)
	s.answers(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusForbidden)
		return true
	})
	cmd := program(t, "steady", s, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT="+own.URL+"/v1/metrics", "OTEL_BSP_SCHEDULE_DELAY=20")
	c := converse(t, cmd)
	c.until(func(s state) bool { return s.Failed > 0 })
	c.in.Close()
	end := c.state(c.answer())
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := lastOfSDK(t, own)("otel.sdk.exporter.span.exported"); !maps.Equal(got, map[string]int64{"": 0, "403": end.Failed}) || end.Failed != end.Created {
		t.Errorf("exported %v; %+v", got, end)
	}
}

// However large the items, what waits is bounded in bytes as well.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	stdout, _ := run(t, "large", nil, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+refusing(t),
		"OTEL_BSP_MAX_QUEUE_SIZE=1000000", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=100000")
	s, err := readState(stdout)
	if err != nil {
		t.Fatalf("%q: %v", stdout, err)
	}
	// 10,000 spans of 10,000 bytes are 100 MB.
	if s.Heap > 48<<20 || s.Dropped == 0 || s.Queued < 1000 || s.Queued+s.Dropped != s.Created {
		t.Errorf("%+v", s)
	}
}
