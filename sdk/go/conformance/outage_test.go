package conformance

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is a proxy that can be down: then it resets all connections.
type gate struct {
	address string

	mu    sync.Mutex
	down  bool
	conns []net.Conn
}

func newGate(t *testing.T, s *sink) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{address: l.Addr().String()}
	t.Cleanup(func() { l.Close(); g.set(true) })
	target := strings.TrimPrefix(s.URL, "http://")
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", target)
			g.mu.Lock()
			if err != nil || g.down {
				resetConnection(from)
				resetConnection(to)
			} else {
				g.conns = append(g.conns, from, to)
				go pipe(from, to)
				go pipe(to, from)
			}
			g.mu.Unlock()
		}
	}()
	return g
}

func (g *gate) set(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
	if down {
		for _, c := range g.conns {
			resetConnection(c)
		}
		g.conns = nil
	}
}

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

// A program that makes 1000 spans a second goes on doing so while its backend is
// away. What does not fit the queue is dropped and counted, memory is bounded, and
// what the queue holds arrives when the backend is back.
func TestOutage(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "http/json", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			s := newSinkFor(t, protocol)
			g := newGate(t, s)
			const items, batch = 500, 100
			cmd := program(t, "steady", nil, "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+g.address,
				"OTEL_BSP_SCHEDULE_DELAY=20", fmt.Sprint("OTEL_BSP_MAX_QUEUE_SIZE=", items), fmt.Sprint("OTEL_BSP_MAX_EXPORT_BATCH_SIZE=", batch))
			var stderr strings.Builder
			cmd.Stderr = &stderr
			c := converse(t, cmd)

			before := c.until(func(s state) bool { return s.Exported >= 2*batch })
			if before.Dropped != 0 || before.Failed != 0 {
				t.Errorf("before the outage: %+v", before)
			}
			g.set(true)
			during := c.until(func(s state) bool { return s.Dropped >= items })
			// The items of a request are kept besides what the queue holds.
			if during.Queued < items || during.Queued > items+batch || during.Failed != 0 {
				t.Errorf("during the outage: %+v, want %d to %d queued", during, items, items+batch)
			}
			if during.Heap > before.Heap+4<<20 {
				t.Errorf("heap grew from %d to %d bytes", before.Heap, during.Heap)
			}
			g.set(false)
			after := c.until(func(s state) bool { return s.Exported >= during.Exported+during.Queued })
			if after.Failed != 0 {
				t.Errorf("after the outage: %+v", after)
			}
			c.in.Close()
			end := c.state(c.answer())
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
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
			for _, want := range []string{"cannot send spans to ", "works again", "spans are being dropped", fmt.Sprint("of ", end.Created, " spans, ", end.Dropped, " were dropped")} {
				if strings.Count(stderr.String(), want) != 1 {
					t.Errorf("stderr does not say %q once: %s", want, stderr.String())
				}
			}
		})
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
