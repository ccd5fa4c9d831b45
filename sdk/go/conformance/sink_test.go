package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// sink is an OTLP/HTTP backend that remembers what it accepted.
type sink struct {
	*httptest.Server

	mu       sync.Mutex
	answer   func(w http.ResponseWriter, r *http.Request) bool // true when it answered
	requests []*collectortrace.ExportTraceServiceRequest
	headers  []http.Header
	paths    []string
}

func newSink(t *testing.T) *sink {
	s := &sink{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				notRead(t, r, err)
				return
			}
			body = z
		}
		payload, err := io.ReadAll(body)
		if err != nil {
			notRead(t, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(payload))
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.answer != nil && s.answer(w, r) {
			return
		}
		request := &collectortrace.ExportTraceServiceRequest{}
		if r.Header.Get("Content-Type") == "application/json" {
			payload = protobufOf(t, payload)
		}
		if err := (proto.UnmarshalOptions{DiscardUnknown: false}).Unmarshal(payload, request); err != nil {
			t.Errorf("payload does not decode: %v", err)
		}
		if len(request.ProtoReflect().GetUnknown()) > 0 {
			t.Error("payload has unknown fields")
		}
		s.requests = append(s.requests, request)
		s.headers = append(s.headers, r.Header)
		s.paths = append(s.paths, r.URL.Path)
		w.Header().Set("Content-Type", "application/x-protobuf")
		w.Header().Set("Connection", "close")
	}))
	t.Cleanup(s.Close)
	return s
}

// notRead is for a request whose body cannot be read. One that was cut off on its way is not accepted,
// and comes again; all else is a mistake of who sent it.
func notRead(t *testing.T, r *http.Request, err error) {
	cutOff := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
	if !cutOff && r.Context().Err() == nil {
		t.Error(err)
	}
}

// answers sets what is tried before a request is accepted.
func (s *sink) answers(answer func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// spans returns what was accepted so far.
func (s *sink) spans() []*tracepb.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	var spans []*tracepb.Span
	for _, request := range s.requests {
		for _, rs := range request.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				spans = append(spans, ss.Spans...)
			}
		}
	}
	return spans
}

func attributes(list []*commonpb.KeyValue) map[string]any {
	m := map[string]any{}
	for _, kv := range list {
		m[kv.Key] = plain(kv.Value)
	}
	return m
}

func plain(v *commonpb.AnyValue) any {
	switch v := v.Value.(type) {
	case *commonpb.AnyValue_StringValue:
		return v.StringValue
	case *commonpb.AnyValue_IntValue:
		return v.IntValue
	case *commonpb.AnyValue_BoolValue:
		return v.BoolValue
	case *commonpb.AnyValue_DoubleValue:
		return v.DoubleValue
	case *commonpb.AnyValue_BytesValue:
		return v.BytesValue
	case *commonpb.AnyValue_KvlistValue:
		return attributes(v.KvlistValue.Values)
	case *commonpb.AnyValue_ArrayValue:
		var list []any
		for _, e := range v.ArrayValue.Values {
			list = append(list, plain(e))
		}
		return list
	default:
		return nil
	}
}

// programVariable makes the test binary run one of the programs in place of the
// tests: a process of its own has its own environment and its own end.
const programVariable = "CONFORMANCE_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		programs[name]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program returns the command that runs a program with its telemetry sent to s,
// and these variables besides.
func program(t *testing.T, name string, s *sink, variables ...string) *exec.Cmd {
	t.Helper()
	if programs[name] == nil {
		t.Fatalf("no program %s", name)
	}
	cmd := exec.Command(os.Args[0])
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OTEL_") && !strings.HasPrefix(v, "WEFT_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	// The race detector lets programs sleep for a second at their end.
	cmd.Env = append(cmd.Env, programVariable+"="+name, "GORACE=atexit_sleep_ms=0")
	if s != nil {
		cmd.Env = append(cmd.Env, "OTEL_EXPORTER_OTLP_ENDPOINT="+s.URL)
	}
	cmd.Env = append(cmd.Env, variables...)
	return cmd
}

// run runs a program that must end well and returns what it wrote to stderr.
func run(t *testing.T, name string, s *sink, variables ...string) (stdout, stderr string) {
	t.Helper()
	cmd := program(t, name, s, variables...)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, errOut.String())
	}
	return out.String(), errOut.String()
}

// started starts a program and returns when it has written its first line.
func started(t *testing.T, cmd *exec.Cmd) *bufio.Reader {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil {
		t.Fatalf("first line %q: %v", line, err)
	}
	return lines
}

// runMany runs the program many, checks that before the flush all its spans wait, and
// returns the counts after it.
func runMany(t *testing.T, s *sink, count int, variables ...string) (stats, stderr string) {
	t.Helper()
	stdout, stderr := run(t, "many", s, append(variables, fmt.Sprint("COUNT=", count), "OTEL_BSP_SCHEDULE_DELAY=3600000")...)
	before, after, _ := strings.Cut(stdout, "\n")
	if want := fmt.Sprintf("{Queued:%d Exported:0 Dropped:0 Failed:0}", count); before != want {
		t.Errorf("stats %s before the flush, want %s", before, want)
	}
	return strings.TrimSpace(after), stderr
}
