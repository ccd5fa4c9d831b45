package tenant

import (
	"context"
	"testing"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

type carrier map[string]string

func (c carrier) Set(key, value string) { c[key] = value }
func (c carrier) Get(key string) string { return c[key] }

// serve does what a server's plugin does between accept and mark, and returns what a request is sent with.
func serve(in carrier) (out carrier) {
	accept("x-tenant-id")
	parent, members := propagation.Extract(in)
	ctx := baggage.NewContext(context.Background(), members)
	span, _ := trace.StartRemote(ctx, parent, "GET", trace.KindServer)
	defer span.End()
	mark("x-tenant-id", "tenant.id")
	out = carrier{}
	propagation.Inject(context.Background(), nil, out)
	return out
}

func TestTenantOfARequest(t *testing.T) {
	if got := serve(carrier{"x-tenant-id": "acme"})["x-tenant-id"]; got != "acme" {
		t.Errorf("sent %q", got)
	}
	tracetest.One(t).Check(t, map[string]any{"tenant.id": "acme"})
	for _, in := range []carrier{{}, {"x-tenant-id": "a\nb"}, {"baggage": "x-tenant-id=acme"}} {
		if got, sent := serve(in)["x-tenant-id"]; sent {
			t.Errorf("of %q, sent %q", in, got)
		}
		tracetest.One(t).Check(t, map[string]any{"tenant.id": nil})
	}
	mark("x-tenant-id", "tenant.id") // without a span
}
