package dbconv

import (
	"net"
	"strconv"
	"weak"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// A Pool is what a client's pool of connections holds.
type Pool struct {
	Used, Idle int64
	Max        int64 // that may be open; 0 or less is no limit
}

// ObservePools has the pools of all clients observed whenever metrics are collected, by read, until
// they are closed or no longer in use (semconv db/database-metrics.md). Only the first call counts.
func (t *Targets[T]) ObservePools(scope *trace.Scope, read func(client *T) Pool) {
	t.pools.Do(func() {
		observe := newPoolObserver(scope)
		metric.Accompany(func(to *metric.Observer) { observe(to, t.sumPools(read)) })
	})
}

// Closed says that a client's pool holds nothing any more.
func (t *Targets[T]) Closed(client *T) {
	key := weak.Make(client)
	if _, known := t.known.Load(key); known {
		t.closed.Store(key, nil)
	}
}

// sumPools returns the pools by name. Those of one name are one: a program that opens one pool after
// the other would make up names for ever.
func (t *Targets[T]) sumPools(read func(client *T) Pool) map[string]Pool {
	sums := make(map[string]Pool)
	for key, target := range t.known.Range {
		client := key.(weak.Pointer[T]).Value()
		if _, closed := t.closed.Load(key); closed || client == nil {
			continue
		}
		name := target.(*remembered).target.poolName()
		sum, more := sums[name]
		pool := read(client)
		sum.Used += pool.Used
		sum.Idle += pool.Idle
		switch {
		case more && sum.Max <= 0, pool.Max <= 0:
			sum.Max = 0
		default:
			sum.Max += pool.Max
		}
		sums[name] = sum
	}
	return sums
}

// poolName returns the name of a pool, which has none of its own, as the conventions have it:
// address:port/namespace, as far as they are known, else the system.
func (t *Target) poolName() string {
	name := t.Address
	if name != "" && t.Port > 0 {
		name = net.JoinHostPort(name, strconv.Itoa(t.Port))
	}
	switch {
	case name == "" && t.Namespace == "":
		return t.System
	case t.Namespace == "":
		return name
	case name == "":
		return t.Namespace
	}
	return name + "/" + t.Namespace
}

func newPoolObserver(scope *trace.Scope) func(*metric.Observer, map[string]Pool) {
	var (
		name  = attribute.NewKey("db.client.connection.pool.name")
		state = attribute.NewKey("db.client.connection.state")
		used  = state.String("used")
		idle  = state.String("idle")

		count = metric.NewObservableUpDownCounter[int64](scope, "db.client.connection.count", metric.Options{
			Unit: "{connection}", Description: "The number of connections that are currently in state described by the state attribute.",
		})
		most = metric.NewObservableUpDownCounter[int64](scope, "db.client.connection.max", metric.Options{
			Unit: "{connection}", Description: "The maximum number of open connections allowed.",
		})
	)
	return func(to *metric.Observer, pools map[string]Pool) {
		for of, pool := range pools {
			count.Observe(to, pool.Used, name.String(of), used)
			count.Observe(to, pool.Idle, name.String(of), idle)
			if pool.Max > 0 {
				most.Observe(to, pool.Max, name.String(of))
			}
		}
	}
}
