package dbconv

import (
	"context"
	"errors"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

var shop = Target{System: SQLite, Namespace: "shop.db"}

// What an operation comes down to tells what it is about, and has no span.
func TestMapped(t *testing.T) {
	m, ctx := StartMapped(nil, context.Background())
	for _, o := range []*Operation{
		StartOperation(nil, ctx, &shop, "BEGIN"),
		StartPrepare(nil, ctx, &shop, "INSERT INTO users (name) VALUES ('Ann')"),
		StartQuery(nil, ctx, &shop, "INSERT INTO users (name) VALUES ('Ann')"),
		StartQuery(nil, ctx, &shop, "SELECT 1 FROM other"),
		StartOperation(nil, ctx, &shop, "COMMIT"),
	} {
		if o != nil {
			t.Fatal("the driver's call has a span")
		}
	}
	m.End(Mapping{System: "mysql", Operation: "SELECT", Table: "other"}, errors.New("odd"))
	got := tracetest.One(t)
	got.Check(t, map[string]any{
		"db.system.name": "sqlite", "db.namespace": "shop.db", "db.operation.name": "INSERT", "db.collection.name": "users",
		"db.query.text": "INSERT INTO users (name) VALUES (?)", "error.type": "_OTHER",
	})
	if got.Name != "INSERT users" || got.Kind != trace.KindClient || got.Status != trace.StatusError {
		t.Errorf("got %+v", got)
	}
	if o := StartQuery(nil, ctx, &shop, "SELECT 1"); o == nil {
		t.Error("a call after the operation has no span")
	} else {
		o.End(nil)
	}
	tracetest.Drop()
}

// With a driver that tells nothing there is what the library knows.
func TestMappedByItself(t *testing.T) {
	for _, test := range []struct {
		mapping Mapping
		name    string
	}{
		{Mapping{System: "postgres", Operation: "SELECT", Table: "users"}, "SELECT users"},
		{Mapping{System: "postgres", Operation: "SELECT"}, "SELECT"},
		{Mapping{System: "postgres", Table: "users"}, "users"},
		{Mapping{System: "postgres"}, "postgresql"},
	} {
		m, _ := StartMapped(nil, context.Background())
		m.End(test.mapping, nil)
		got := tracetest.One(t)
		got.Check(t, map[string]any{"db.system.name": "postgresql", "db.query.text": nil, "error.type": nil})
		if got.Name != test.name || got.Status != trace.StatusUnset {
			t.Errorf("got %+v, want the name %s", got, test.name)
		}
	}
}

// An operation within another one has its own span, and the driver's are left out all the same.
func TestMappedWithin(t *testing.T) {
	outer, ctx := StartMapped(nil, context.Background())
	StartQuery(nil, ctx, &shop, "SELECT * FROM users")
	inner, within := StartMapped(nil, ctx)
	if o := StartQuery(nil, within, &shop, "SELECT * FROM orders"); o != nil {
		t.Error("the driver's call has a span")
	}
	inner.End(Mapping{}, nil)
	outer.End(Mapping{}, nil)
	spans := tracetest.Take(t)
	if len(spans) == 2 && spans[0].Name == "SELECT users" {
		spans[0], spans[1] = spans[1], spans[0]
	}
	if len(spans) != 2 || spans[0].Name != "SELECT orders" || spans[1].Name != "SELECT users" || spans[0].ParentID != spans[1].SpanID {
		t.Errorf("got %+v", spans)
	}
}

// Within a call of a client that has nothing to do with it, an operation stands back as that client's driver would.
func TestMappedWithinACall(t *testing.T) {
	o := StartQuery(nil, context.Background(), &shop, "SELECT 1")
	ctx := trace.ContextWithSpan(context.Background(), o.Span())
	m, same := StartMapped(nil, ctx)
	if m != nil || same != ctx {
		t.Error("there is a second span for one operation")
	}
	m.End(Mapping{}, nil)
	o.End(nil)
	tracetest.Drop()
}
