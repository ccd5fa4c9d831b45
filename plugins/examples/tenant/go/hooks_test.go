package tenant

import (
	"context"
	"testing"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
)

type carrier map[string]string

func (c carrier) Set(key, value string) { c[key] = value }
func (c carrier) Get(key string) string { return c[key] }

// A request that is accepted hands its tenant on to those that it leads to.
func TestTenantGoesAlong(t *testing.T) {
	serve := func(in carrier) (out carrier) {
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
	if got := serve(carrier{"x-tenant-id": "acme"})["x-tenant-id"]; got != "acme" {
		t.Errorf("sent %q", got)
	}
	if got, sent := serve(carrier{"x-tenant-id": "a\nb"})["x-tenant-id"]; sent {
		t.Errorf("sent %q", got)
	}
	mark("x-tenant-id", "tenant.id") // without a span
}
