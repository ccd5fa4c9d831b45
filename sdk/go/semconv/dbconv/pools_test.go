package dbconv

import (
	"reflect"
	"runtime"
	"testing"
)

type client struct{ pool Pool }

func poolOf(c *client) Pool { return c.pool }

func TestPoolNames(t *testing.T) {
	for _, tt := range []struct {
		target Target
		want   string
	}{
		{Target{System: PostgreSQL}, "postgresql"},
		{Target{System: PostgreSQL, Namespace: "shop"}, "shop"},
		{Target{System: PostgreSQL, Address: "db.test"}, "db.test"},
		{Target{System: PostgreSQL, Address: "db.test", Namespace: "shop"}, "db.test/shop"},
		{Target{System: PostgreSQL, Address: "::1", Port: 5432, Namespace: "shop"}, "[::1]:5432/shop"},
		{Target{System: PostgreSQL, Port: 5432, Namespace: "shop"}, "shop"},
		{ParseDSN(PostgreSQL, "postgres://me:s3cret@db.test:5433/shop?password=s3cret"), "db.test:5433/shop"},
	} {
		if got := tt.target.poolName(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.target, got, tt.want)
		}
	}
}

func TestPoolsOfOneNameAreOne(t *testing.T) {
	var targets Targets[client]
	a, b, c := &client{Pool{1, 2, 5}}, &client{Pool{3, 0, 7}}, &client{Pool{4, 4, 0}}
	shop, log := Target{Namespace: "shop"}, Target{Namespace: "log"}
	targets.Remember(a, shop)
	targets.Remember(b, shop)
	targets.Remember(c, log)
	targets.Closed(&client{})
	check := func(want map[string]Pool) {
		t.Helper()
		if got := targets.sumPools(poolOf); !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	check(map[string]Pool{"shop": {4, 2, 12}, "log": {4, 4, 0}})
	b.pool.Max = 0
	check(map[string]Pool{"shop": {4, 2, 0}, "log": {4, 4, 0}})
	targets.Closed(b)
	if targets.Of(b).Namespace != "shop" {
		t.Error("the target of a client that is closed is forgotten")
	}
	targets.Closed(c)
	check(map[string]Pool{"shop": {1, 2, 5}})
	runtime.KeepAlive(a)
}

// Observing a client does not keep it alive.
func TestPoolsAreForgotten(t *testing.T) {
	var targets Targets[client]
	targets.Remember(&client{}, Target{Namespace: "shop"})
	closed := &client{}
	targets.Remember(closed, Target{Namespace: "log"})
	targets.Closed(closed)
	closed = nil
	entries := func() (n int) {
		for range targets.known.Range {
			n++
		}
		for range targets.closed.Range {
			n++
		}
		return n
	}
	for entries() > 0 { // a test that waits for ever fails
		runtime.GC()
	}
	if got := targets.sumPools(poolOf); len(got) > 0 {
		t.Errorf("%v", got)
	}
}
