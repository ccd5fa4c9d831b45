package export

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// testServer returns a server of HTTP/1 and, with prior knowledge, of HTTP/2.
func testServer(t *testing.T, handler http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// eachExporter runs a test with an exporter of each protocol.
func eachExporter(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, e exporter, c *client)) {
	for _, protocol := range []string{"http/protobuf", "http/json", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			config := otlpConfig{protocol: protocol, endpoint: testServer(t, handler), headers: http.Header{}, timeout: time.Minute}
			if protocol == "grpc" {
				e := newGRPCExporter(&traces, config)
				test(t, e, &e.client)
			} else {
				e := newHTTPExporter(&traces, config)
				test(t, e, &e.client)
			}
		})
	}
}

func answerWell(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if r.Header.Get("Content-Type") == "application/grpc" {
		w.Header().Set("Trailer", "Grpc-Status")
		_, _ = w.Write(make([]byte, 5))
		w.Header().Set("Grpc-Status", "0")
	}
}

// connected reports whether a client's connection has goroutines.
func connected() bool {
	stacks := make([]byte, 1<<20)
	all := string(stacks[:runtime.Stack(stacks, true)])
	return strings.Contains(all, "persistConn") || strings.Contains(all, "lientConnReadLoop")
}

// A connection is used again, and is gone with its goroutines when it is idle.
func TestIdleConnectionIsClosed(t *testing.T) {
	addresses := map[string]bool{}
	eachExporter(t, func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		answerWell(w, r)
	}, func(t *testing.T, e exporter, c *client) {
		clear(addresses)
		for range 3 {
			if r := e.export(context.Background(), nil); r.outcome != sent {
				t.Fatal(r.err)
			}
		}
		if len(addresses) != 1 || !connected() {
			t.Errorf("%d connections, want 1; connected: %v", len(addresses), connected())
		}
		e.release()
		for connected() {
			runtime.Gosched()
		}
		c.http.Transport.(*http.Transport).IdleConnTimeout = time.Millisecond
		if r := e.export(context.Background(), nil); r.outcome != sent {
			t.Fatal(r.err)
		}
		for connected() {
			runtime.Gosched()
		}
	})
}

// The time for a request ends with its context, and then it was not answered.
func TestRequestTimesOut(t *testing.T) {
	eachExporter(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}, func(t *testing.T, e exporter, c *client) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if r := e.export(ctx, nil); r.outcome != unreachable || strings.Contains(r.err.Error(), "://") {
			t.Errorf("%+v", r)
		}
		e.release()
	})
}

// A payload of any size arrives whole, compressed or not, and buffers do not grow for
// ever.
func TestLargePayload(t *testing.T) {
	var got []byte
	large := bytes.Repeat([]byte{0x0a, 0x00}, 600<<10)
	eachExporter(t, func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
		answerWell(w, r)
	}, func(t *testing.T, e exporter, c *client) {
		for _, payload := range [][]byte{large, {0x0a, 0x00}} {
			if r := e.export(context.Background(), payload); r.outcome != sent {
				t.Fatal(r.err)
			}
			switch e := e.(type) {
			case *grpcExporter:
				if len(got) != len(payload)+5 || !bytes.Equal(got[5:], payload) {
					t.Errorf("%d bytes arrived, want 5 more than %d", len(got), len(payload))
				}
				if len(payload) == 2 && cap(e.frame) > 1<<20 {
					t.Errorf("%d bytes are kept", cap(e.frame))
				}
			case *httpExporter:
				if e.config.protocol == "http/protobuf" && !bytes.Equal(got, payload) || len(got) < len(payload) {
					t.Errorf("%d bytes arrived, want %d", len(got), len(payload))
				}
				if len(payload) == 2 && cap(e.json) > 1<<20 {
					t.Errorf("%d bytes are kept", cap(e.json))
				}
			}
		}
		e.release()
	})
}

// Nothing reads a payload when its lease is over, however often it was begun to be
// read before.
func TestLease(t *testing.T) {
	request, err := http.NewRequest(http.MethodPost, "http://localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	l := lease{payload: []byte("payload")}
	l.lend(request)
	again, err := request.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 3)
	if n, err := request.Body.Read(part); n != 3 || err != nil || string(part) != "pay" {
		t.Errorf("read %q, %v", part[:n], err)
	}
	if all, err := io.ReadAll(again); err != nil || string(all) != "payload" || request.ContentLength != 7 {
		t.Errorf("read %q of %d, %v", all, request.ContentLength, err)
	}
	l.end()
	if n, err := request.Body.Read(part); n != 0 || err != errOver {
		t.Errorf("%d bytes, %v after the end", n, err)
	}
}
