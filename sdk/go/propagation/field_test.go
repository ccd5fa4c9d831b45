package propagation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/trace"
)

// withField adds a field for one test.
func withField(t *testing.T, name string) {
	t.Helper()
	t.Cleanup(func() { added.Store(nil) })
	if !AddField(name) || !AddField(name) {
		t.Fatalf("AddField(%q) = false", name)
	}
}

// An added field goes from request to request by itself, and in nothing else.
func TestAddedField(t *testing.T) {
	if got, _ := Extract(plain{"x-tenant": "acme"}); got.IsValid() || len(Fields()) != 3 {
		t.Fatalf("before: %v, %v", got, Fields())
	}
	withField(t, "x-tenant")
	if got := Fields(); got[len(got)-1] != "x-tenant" {
		t.Errorf("Fields() = %v", got)
	}
	_, b := Extract(header{"x-tenant": {"acme"}, "baggage": {"x-tenant=evil,k=v"}})
	if b.Local("x-tenant") != "acme" || b.Value("x-tenant") != "evil" {
		t.Fatalf("extracted %+v", b)
	}

	span, ctx := trace.Start(baggage.NewContext(context.Background(), b), "server", trace.KindServer)
	defer span.End()
	program := baggage.NewContext(ctx, baggage.New(baggage.Member{Key: "k", Value: "w"}))
	for what, ctx := range map[string]context.Context{"of the goroutine": context.Background(), "of a context": ctx, "with baggage": program} {
		to := plain{}
		Inject(ctx, nil, to)
		if to["x-tenant"] != "acme" || strings.Contains(to["baggage"], "acme") {
			t.Errorf("%s: injected %v", what, to)
		}
	}
	to := header{"x-tenant": {"the program's own"}}
	Inject(ctx, nil, to)
	if to.Get("x-tenant") != "the program's own" {
		t.Errorf("injected %v", to)
	}
}

func TestValuesOfAddedFields(t *testing.T) {
	withField(t, "x-tenant")
	for value, want := range map[string]bool{
		"a": true, "acme, inc.": true, strings.Repeat("a", maxFieldValue): true,
		"": false, strings.Repeat("a", maxFieldValue+1): false, "a\nb": false, "a\x00": false, "é": false, " a": false, "a\x7f": false,
	} {
		_, b := Extract(plain{"x-tenant": value})
		if got := b.Local("x-tenant") == value && value != ""; got != want {
			t.Errorf("%q taken over: %t, want %t", value, got, want)
		}
	}
	if _, b := Extract(header{"x-tenant": {"a", "b"}}); b != nil {
		t.Errorf("of two values, one was taken: %+v", b)
	}
	if _, b := Extract(header{"x-tenant": {"a", "a"}}); b.Local("x-tenant") != "a" {
		t.Errorf("of the same value twice, none was taken: %+v", b)
	}
}

func TestNamesOfAddedFields(t *testing.T) {
	t.Cleanup(func() { added.Store(nil) })
	for _, name := range []string{
		"", "X-Tenant", "x tenant", "x:tenant", "tenant-bin", "grpc-tenant", "traceparent", "tracestate", "baggage", "b3",
		"x-b3-traceid", "uber-trace-id", "uberctx-a", "jaeger-baggage", strings.Repeat("a", maxFieldName+1),
	} {
		if AddField(name) {
			t.Errorf("AddField(%q) = true", name)
		}
	}
	for n := range maxFields {
		if name := fmt.Sprintf("x-%d", n); !AddField(name) {
			t.Errorf("AddField(%q) = false", name)
		}
	}
	if AddField("x-more") || !AddField("x-0") {
		t.Error("there is no bound, or what is there counts")
	}
}
