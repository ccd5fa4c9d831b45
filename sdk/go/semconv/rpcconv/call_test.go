package rpcconv

import (
	"context"
	"errors"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

func client(ctx context.Context, stream bool) (*Call, context.Context) {
	return StartClient(nil, ctx, Request{System: GRPC, Method: "/shop.Orders/Get", Target: "dns:///shop.test:443", Stream: stream})
}

func TestClient(t *testing.T) {
	c, ctx := client(context.Background(), false)
	if trace.FromContext(ctx) != c.Span() || trace.Current() != c.Span() {
		t.Error("the span is not the current one")
	}
	c.End(GRPCStatus(5, "no such order", errors.New("no such order")))
	c.End(GRPCStatus(0, "", nil))
	got := tracetest.One(t)
	got.Check(t, map[string]any{
		"rpc.system.name": "grpc", "rpc.method": "shop.Orders/Get", "server.address": "shop.test", "server.port": 443,
		"rpc.response.status_code": "NOT_FOUND", "error.type": "NOT_FOUND",
	})
	if got.Name != "shop.Orders/Get" || got.Kind != trace.KindClient || got.Status != trace.StatusError || got.StatusMessage != "no such order" {
		t.Errorf("got %+v", got)
	}
	if trace.Current() != nil {
		t.Error("a span is still current")
	}
}

func TestServer(t *testing.T) {
	for _, test := range []struct {
		code   uint32
		name   string
		failed bool
	}{
		{0, "OK", false}, {1, "CANCELLED", false}, {2, "UNKNOWN", true}, {4, "DEADLINE_EXCEEDED", true}, {5, "NOT_FOUND", false},
		{12, "UNIMPLEMENTED", true}, {13, "INTERNAL", true}, {14, "UNAVAILABLE", true}, {15, "DATA_LOSS", true},
		{16, "UNAUTHENTICATED", false}, {99, "99", false},
	} {
		header := Metadata{"traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
		c := StartServer(nil, context.Background(), Request{
			System: GRPC, Method: "/shop.Orders/Get", Target: "shop.test:443", Peer: "192.0.2.1:4711",
		}, header)
		c.Recognise()
		c.End(GRPCStatus(test.code, "", nil))
		got := tracetest.One(t)
		want := map[string]any{
			"rpc.method": "shop.Orders/Get", "rpc.response.status_code": test.name, "rpc.method_original": nil, "error.type": nil,
			"server.address": "shop.test", "server.port": 443, "client.address": "192.0.2.1", "client.port": 4711,
			"network.peer.address": "192.0.2.1", "network.peer.port": 4711,
		}
		if test.failed {
			want["error.type"] = test.name
		}
		got.Check(t, want)
		if got.Name != "shop.Orders/Get" || got.Kind != trace.KindServer || got.ParentID != "b7ad6b7169203331" || (got.Status == trace.StatusError) != test.failed {
			t.Errorf("got %+v", got)
		}
	}
}

// Linux shows a client of a Unix socket as "@".
func TestServerUnixSocket(t *testing.T) {
	c := StartServer(nil, context.Background(), Request{System: GRPC, Method: "/shop.Orders/Get", Peer: "@"}, Metadata{})
	c.End(GRPCStatus(0, "", nil))
	tracetest.One(t).Check(t, map[string]any{"client.address": nil, "client.port": nil, "network.peer.address": nil})
}

func TestServerWithoutTheMethod(t *testing.T) {
	c := StartServer(nil, context.Background(), Request{System: GRPC, Method: "made up"}, Metadata{})
	c.End(GRPCStatus(12, "", nil))
	got := tracetest.One(t)
	got.Check(t, map[string]any{"rpc.method": "_OTHER", "rpc.method_original": "made up", "server.address": nil})
	if got.Name != "grpc" {
		t.Errorf("the span is named %q", got.Name)
	}
}

// The span of an HTTP request that a call came in is its parent, though the header says who sent that.
func TestServerWithinARequest(t *testing.T) {
	outer, ctx := trace.StartRemote(context.Background(), trace.SpanContext{}, "POST", trace.KindServer.Of(trace.HTTP))
	c := StartServer(nil, ctx, Request{System: GRPC, Method: "/a/b"}, Metadata{"traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
	c.End(GRPCStatus(0, "", nil))
	if got := tracetest.One(t); got.ParentID != outer.SpanID().String() {
		t.Errorf("the parent is %s", got.ParentID)
	}
	outer.End()
	tracetest.Drop()
}

func TestPanics(t *testing.T) {
	c, _ := client(context.Background(), false)
	c.Panicked()
	got := tracetest.One(t)
	got.Check(t, map[string]any{"error.type": "panic", "rpc.response.status_code": nil})
	if len(got.Events) != 1 || got.Events[0].Name != "exception" {
		t.Errorf("events %+v", got.Events)
	}
}

// Only a stream that belongs to a call ends it: a call that is made with the context of another one is not its.
func TestClaim(t *testing.T) {
	c, ctx := client(context.Background(), true)
	c.Leave()
	if trace.Current() != nil {
		t.Error("a stream that goes on is no longer current")
	}
	own := Claim(ctx)
	inner, same := client(own, false) // suppressed
	if inner != nil || same != own {
		t.Fatal("a call within a call has a span of its own")
	}
	if other := Claim(same); Of(other) != nil || trace.FromContext(other) != c.Span() {
		t.Error("a call within a stream took the stream's place")
	}
	if Of(own) != c || Of(context.Background()) != nil || Claim(context.Background()) != context.Background() {
		t.Error("the stream is not found")
	}
	tracetest.Drop()
	unary, _ := client(context.Background(), false)
	if unary.EndTransport(GRPCStatus(0, "", nil)); unary.Answer() != nil {
		t.Error("a success is an answer that failed")
	}
	if unary.EndTransport(GRPCStatus(5, "", nil)); unary.Answer() == nil || unary.Answer().Code != "NOT_FOUND" {
		t.Errorf("the answer is %v", unary.Answer())
	}
	if spans := tracetest.Take(t); len(spans) != 0 {
		t.Errorf("a call ended with its stream: %+v", spans)
	}
	unary.End(GRPCStatus(0, "", nil))
	Of(own).EndTransport(GRPCStatus(1, "", nil))
	if spans := tracetest.Take(t); len(spans) != 2 {
		t.Errorf("%d spans ended", len(spans))
	}
}

func TestNil(t *testing.T) {
	var c *Call
	c.Leave()
	c.Recognise()
	c.EndTransport(Status{})
	c.End(Status{})
	c.Panicked()
	if c.Span() != nil || c.Answer() != nil || c.Context(context.Background()) != context.Background() {
		t.Error("a nil call does something")
	}
}

func TestSplitTarget(t *testing.T) {
	for target, want := range map[string]struct {
		address string
		port    int
	}{
		"":                                {"", -1},
		"shop":                            {"shop", -1},
		"shop.test:443":                   {"shop.test", 443},
		"localhost:50051":                 {"localhost", 50051},
		"[::1]:50051":                     {"::1", 50051},
		"dns:shop.test:443":               {"shop.test", 443},
		"dns:///shop.test:443":            {"shop.test", 443},
		"dns://1.1.1.1/shop.test":         {"shop.test", -1},
		"passthrough:///bufnet":           {"bufnet", -1},
		"unix:/run/shop.sock":             {"/run/shop.sock", -1},
		"unix:///run/shop.sock":           {"/run/shop.sock", -1},
		"unix-abstract:shop":              {"shop", -1},
		"ipv4:192.0.2.1:443,192.0.2.2:80": {"192.0.2.1", 443},
		"xds:///shop":                     {"shop", -1},
		"consul://consul:8500/shop":       {"shop", -1},
	} {
		if address, port := splitTarget(target); address != want.address || port != want.port {
			t.Errorf("splitTarget(%q) = %q, %d, want %q, %d", target, address, port, want.address, want.port)
		}
	}
}

// What gRPC does not take would fail the call.
func TestMetadata(t *testing.T) {
	m := Metadata{"a": {"1", "2"}}
	m.Set("traceparent", "x")
	m.Set("traceparent", "y")
	m.Set("Upper", "x")
	m.Set("sp ace", "x")
	m.Set("tracestate", "a=\n")
	m.Set("tracestate", "ü")
	if len(m) != 2 || m.Get("traceparent") != "y" || len(m["traceparent"]) != 1 || m.Get("b") != "" || len(m.Values("a")) != 2 || len(m.Keys()) != 2 {
		t.Errorf("got %v", m)
	}
}

func BenchmarkClient(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c, _ := client(context.Background(), false)
		c.End(GRPCStatus(0, "", nil))
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}

func BenchmarkServer(b *testing.B) {
	b.ReportAllocs()
	header := Metadata{"traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	r := Request{System: GRPC, Method: "/shop.Orders/Get", Target: "shop.test:443", Peer: "192.0.2.1:4711"}
	for i := 0; b.Loop(); i++ {
		c := StartServer(nil, context.Background(), r, header)
		c.Recognise()
		c.End(GRPCStatus(0, "", nil))
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}
