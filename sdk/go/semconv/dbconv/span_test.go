package dbconv

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

func TestStartQuery(t *testing.T) {
	target := &Target{System: PostgreSQL, Namespace: "shop", Address: "db.test", Port: 5433}
	StartQuery(nil, t.Context(), target, "SELECT * FROM users WHERE name = 's3cret'").End(nil)
	got := tracetest.One(t)
	if got.Name != "SELECT users" || got.Kind != trace.KindClient || got.Status != trace.StatusUnset {
		t.Errorf("got %+v", got)
	}
	got.Check(t, map[string]any{
		"db.system.name":          "postgresql",
		"db.namespace":            "shop",
		"db.operation.name":       "SELECT",
		"db.collection.name":      "users",
		"db.query.text":           "SELECT * FROM users WHERE name = ?",
		"db.query.summary":        "SELECT users",
		"server.address":          "db.test",
		"server.port":             5433,
		"db.operation.batch.size": nil,
		"error.type":              nil,
	})
}

func TestNames(t *testing.T) {
	shop, none := &Target{System: MySQL, Namespace: "shop"}, &Target{System: MySQL}
	for _, test := range []struct {
		start func() *Operation
		want  string
	}{
		{func() *Operation { return StartQuery(nil, t.Context(), shop, "") }, "shop"},
		{func() *Operation { return StartQuery(nil, t.Context(), none, "-- nothing") }, "mysql"},
		{func() *Operation { return StartPrepare(nil, t.Context(), shop, "DELETE FROM a") }, "PREPARE DELETE a"},
		{func() *Operation { return StartPrepare(nil, t.Context(), shop, "") }, "PREPARE"},
		{func() *Operation { return StartOperation(nil, t.Context(), shop, "COMMIT") }, "COMMIT shop"},
		{func() *Operation { return StartOperation(nil, t.Context(), none, "COMMIT") }, "COMMIT"},
		{func() *Operation { return Start(nil, t.Context(), none, Call{Name: "PIPELINE", BatchSize: 3}) }, "PIPELINE"},
	} {
		test.start().End(nil)
		if got := tracetest.One(t); got.Name != test.want {
			t.Errorf("name %q, want %q", got.Name, test.want)
		}
	}
}

// Calls that look alike, one after the other and in turn, keep what is theirs.
func TestCallsThatLookAlike(t *testing.T) {
	const query = `SELECT "a"`
	postgres, mysql := &Target{System: PostgreSQL}, &Target{System: MySQL}
	other := &Target{System: MySQL, Namespace: "other", Address: "db.test", Port: 3306}
	long := "SELECT '" + strings.Repeat("x", 2*maxCached) + "'"
	for _, test := range []struct {
		start func() *Operation
		want  map[string]any
	}{
		{func() *Operation { return StartQuery(nil, t.Context(), postgres, query) },
			map[string]any{"db.system.name": PostgreSQL, "db.query.text": query, "db.operation.name": "SELECT"}},
		{func() *Operation { return StartQuery(nil, t.Context(), mysql, query) },
			map[string]any{"db.system.name": MySQL, "db.query.text": "SELECT ?", "db.namespace": nil}},
		{func() *Operation { return StartQuery(nil, t.Context(), other, query) },
			map[string]any{"db.namespace": "other", "server.address": "db.test", "server.port": 3306}},
		{func() *Operation { return StartPrepare(nil, t.Context(), other, query) },
			map[string]any{"db.operation.name": "PREPARE", "db.query.summary": nil}},
		{func() *Operation { return StartQuery(nil, t.Context(), other, long) },
			map[string]any{"db.query.text": "SELECT ?", "db.namespace": "other"}},
		{func() *Operation { return StartOperation(nil, t.Context(), other, "SELECT") },
			map[string]any{"db.operation.name": "SELECT", "db.query.text": nil}},
		{func() *Operation { return StartCommand(nil, t.Context(), other, "get", "get", 1) },
			map[string]any{"db.operation.name": "GET", "db.query.text": "GET ?"}},
		{func() *Operation { return StartCommand(nil, t.Context(), other, "get", "get", 2) },
			map[string]any{"db.operation.name": "GET", "db.query.text": "GET ? ?"}},
		{func() *Operation { return StartCommand(nil, t.Context(), other, "config get", "config", 2) },
			map[string]any{"db.operation.name": "CONFIG GET", "db.query.text": "CONFIG ? ?"}},
		{func() *Operation { return StartCommand(nil, t.Context(), other, "config set", "config", 2) },
			map[string]any{"db.operation.name": "CONFIG SET", "db.query.text": "CONFIG ? ?"}},
	} {
		for range 2 {
			test.start().End(nil)
			tracetest.One(t).Check(t, test.want)
		}
	}
}

// Kinds of calls that programs make in turn do not push each other out of where they are remembered.
func TestKindsInTurnAreRemembered(t *testing.T) {
	const query = "UPDATE a SET b = ?"
	primary, replica := Target{System: MySQL, Address: "primary.test"}, Target{System: MySQL, Address: "replica.test"}
	hashes := make(map[uint64]callKey)
	for _, key := range []callKey{
		{target: primary, query: query},
		{target: primary, query: query, operation: prepare},
		{target: replica, query: query},
		{target: primary, operation: "COMMIT"},
		{target: primary, query: "get", operation: "get", arguments: 1},
		{target: primary, query: "get", operation: "get", arguments: 2},
		{target: primary, query: "config", operation: "config get", arguments: 2},
		{target: primary, query: "config", operation: "config set", arguments: 2},
	} {
		if other, is := hashes[key.hash()]; is {
			t.Errorf("%+v falls into the slots of %+v", key, other)
		}
		hashes[key.hash()] = key
	}
}

// A kind whose first slot is taken has a second one.
func TestKindsInOneSlotAreRemembered(t *testing.T) {
	first := &callKey{operation: "in one slot"}
	remembered := kindOf(first, describeOperation)
	second := &callKey{}
	for i := 0; ; i++ {
		second.operation = fmt.Sprintf("in one slot %d", i)
		slot, other := second.hash()%uint64(len(calls)), second.hash()>>32%uint64(len(calls))
		if slot == first.hash()%uint64(len(calls)) && calls[other].Load() == nil {
			break
		}
	}
	if kind := kindOf(second, describeOperation); kind != kindOf(second, describeOperation) {
		t.Error("the second kind is not remembered")
	}
	if kindOf(first, describeOperation) != remembered {
		t.Error("the first kind is not remembered any more")
	}
}

type stateError string

func (e stateError) Error() string    { return "refused: " + string(e) }
func (e stateError) SQLState() string { return string(e) }

type redisError string

func (e redisError) Error() string { return string(e) }
func (redisError) RedisError()     {}

func TestEndWithError(t *testing.T) {
	for _, test := range []struct {
		err       error
		code, typ any
	}{
		{fmt.Errorf("insert: %w", stateError("23505")), "23505", "23505"},
		{redisError("WRONGTYPE Operation against a key"), "WRONGTYPE", "WRONGTYPE"},
		{redisError("odd"), nil, "dbconv.redisError"},
		{context.Canceled, nil, "context.Canceled"},
		{errors.New("odd"), nil, "_OTHER"},
	} {
		StartOperation(nil, t.Context(), &Target{System: Redis}, "GET").End(test.err)
		got := tracetest.One(t)
		got.Check(t, map[string]any{"db.response.status_code": test.code, "error.type": test.typ})
		if got.Status != trace.StatusError || got.StatusMessage != test.err.Error() {
			t.Errorf("%v: status %v %q", test.err, got.Status, got.StatusMessage)
		}
	}
}

func TestCommandText(t *testing.T) {
	for want, got := range map[string]string{
		"PING":    CommandText("PING", 0),
		"SET ? ?": CommandText("SET", 2),
		"DEL ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ...": CommandText("DEL", 17),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTargetsForgets(t *testing.T) {
	type client struct{ name [64]byte }
	var targets Targets[client]
	c := new(client)
	targets.Remember(c, Target{System: SQLite})
	targets.Of(c)
	targets.Remember(c, Target{System: MySQL})
	for range 2 {
		if got := targets.Of(c).System; got != MySQL {
			t.Errorf("system %q, want that of the later call", got)
		}
	}
	other := new(client)
	targets.Remember(other, Target{System: SQLite})
	if got, again := targets.Of(other).System, targets.Of(c).System; got != SQLite || again != MySQL {
		t.Errorf("systems %q and %q of two clients, want %q and %q", got, again, SQLite, MySQL)
	}
	runtime.KeepAlive(other)
	if got := targets.Of(new(client)).System; got != OtherSQL {
		t.Errorf("system %q of a client that was never seen", got)
	}
	targets.Remember(nil, Target{})
	targets.Of(nil)
	runtime.KeepAlive(c)
	c = nil
	for range 100 { // cleanups run some time after the collection that finds the client dead
		runtime.GC()
		empty := true
		targets.known.Range(func(any, any) bool { empty = false; return false })
		if empty {
			return
		}
		runtime.Gosched()
	}
	t.Error("the target outlives its client")
}

func TestConfigTarget(t *testing.T) {
	type config struct {
		User, Passwd, Net, Addr, DBName string
	}
	type connector struct{ cfg *config }
	got := ConfigTarget(MySQL, &connector{&config{"me", "s3cret", "tcp", "db.test:3307", "shop"}})
	if want := (Target{MySQL, "shop", "db.test", 3307}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	type embedded struct {
		Host, Password, Database string
		Port                     uint16
	}
	got = ConfigTarget(PostgreSQL, struct{ embedded }{embedded{"db.test", "s3cret", "shop", 5433}})
	if want := (Target{PostgreSQL, "shop", "db.test", 5433}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	ConfigTarget(PostgreSQL, nil)
}
