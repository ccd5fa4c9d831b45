package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// listening returns the address of a server that does this with each connection.
func listening(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go do(c)
		}
	}()
	return "http://" + l.Addr().String()
}

// answeringWith returns the address of a server that answers so.
func answeringWith(t *testing.T, status int, header ...string) string {
	return testServer(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}).String()
}

func TestClassesOfFailures(t *testing.T) {
	refusing := "http://" + func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}()
	silent := listening(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	resetting := listening(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_ = c.(*net.TCPConn).SetLinger(0)
		c.Close()
	})
	for _, tt := range []struct{ name, protocol, endpoint, want string }{
		{"nobody listens", "", refusing, "connection_refused"},
		{"nobody listens", "grpc", refusing, "connection_refused"},
		{"silent", "", silent, "timeout"},
		{"silent", "grpc", silent, "timeout"},
		{"reset", "", resetting, "connection_reset"},
		{"no TLS", "", "https" + answeringWith(t, 200)[len("http"):], "tls"},
		{"503", "", answeringWith(t, 503), "503"},
		{"404", "", answeringWith(t, 404), "404"},
		{"404 of no gRPC", "grpc", answeringWith(t, 404), "UNIMPLEMENTED"},
		{"a page", "grpc", answeringWith(t, 200), "invalid_response"},
		{"refused", "grpc", answeringWith(t, 200, "Grpc-Status", "3"), "INVALID_ARGUMENT"},
		{"an unknown code", "grpc", answeringWith(t, 200, "Grpc-Status", "99"), "UNKNOWN"},
	} {
		t.Run(tt.protocol+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(tt.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			c := otlpConfig{endpoint: u, protocol: tt.protocol, headers: http.Header{}, timeout: time.Minute}
			if tt.want == "timeout" {
				c.timeout = 50 * time.Millisecond
			}
			var e exporter = newHTTPExporter(&traces, c)
			if tt.protocol == "grpc" {
				e = newGRPCExporter(&traces, c)
			}
			defer e.release()
			if r := e.export(context.Background(), []byte{}); r.failure != tt.want {
				t.Errorf("%+v, want %s", r, tt.want)
			}
		})
	}
}

func TestClassOfError(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errors.New("odd"), "_OTHER"},
		{fmt.Errorf("wrapped: %w", &net.DNSError{IsNotFound: true}), "host_not_found"},
		{&net.DNSError{IsTimeout: true}, "timeout"},
		{context.Canceled, "canceled"},
		{io.ErrUnexpectedEOF, "connection_reset"},
	} {
		if got := failureOf(tt.err); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestFailuresAreFewClasses(t *testing.T) {
	var f failures
	for status := range 1000 {
		f.add(strconv.Itoa(status), 1)
	}
	f.add("", 1)
	f.add("nothing", 0)
	counts := f.load()
	if len(counts) != mostFailures+1 || counts[failureOther] != 1000-mostFailures+1 {
		t.Errorf("%d classes, %d of them other", len(counts), counts[failureOther])
	}
}

// What becomes of items is counted for each exporter by itself.
func TestExportersAreCountedApart(t *testing.T) {
	var d delivery
	well := &backend{}
	partly := &backend{results: []result{{outcome: sent, rejected: 2}, {outcome: refused, failure: "400"}}}
	d.init(&traces, []exporter{well, partly}, time.Minute)
	for range 2 {
		d.begin(5)
		if in := d.components("span")[1].InFlight; in != 5 {
			t.Errorf("%d in flight", in)
		}
		d.attempt(context.Background(), nil, 5)
	}
	want := []Exporter{
		{Type: "console_span_exporter", Exported: 10},
		{Type: "console_span_exporter", Exported: 3, Failed: map[string]int64{"rejected": 2, "400": 5}},
	}
	if got := d.components("span"); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if e, f := d.exported.Load(), d.failed.Load(); e != 3 || f != 7 {
		t.Errorf("%d exported, %d failed", e, f)
	}
}
