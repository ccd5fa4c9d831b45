package databasesql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	"go.weft.dev/sdk/semconv/dbconv"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

type fakeDriver struct{}

func (fakeDriver) Open(string) (driver.Conn, error) { return nil, errors.New("no server") }

func TestTargets(t *testing.T) {
	sql.Register("postgres", fakeDriver{})
	const dsn = "postgres://me:s3cret@db.test:5433/shop"
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	afterOpenDB(beforeOpenDB(connector{}), db)
	if got := *databases.Of(db); got != (dbconv.Target{System: dbconv.OtherSQL}) {
		t.Errorf("after OpenDB: %+v", got)
	}
	afterOpen(beforeOpen("postgres", dsn), db)
	want := dbconv.Target{System: dbconv.PostgreSQL, Namespace: "shop", Address: "db.test", Port: 5433}
	if got := *databases.Of(db); got != want {
		t.Errorf("after Open: %+v", got)
	}
	afterOpen(beforeOpen("postgres", dsn), nil) // Open failed
}

type connector struct{}

func (connector) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("no server") }
func (connector) Driver() driver.Driver                        { return fakeDriver{} }

// What programs defer after a Commit is no operation.
func TestRollbackAfterCommit(t *testing.T) {
	ctx := t.Context()
	tx := new(sql.Tx)
	afterBegin(beforeBegin(nil, ctx), tx, nil)
	commit := beforeCommit(tx, nil, ctx)
	if commit == nil {
		t.Fatal("no span of the Commit")
	}
	beforeClose(tx)
	after(commit, nil)
	if span := beforeRollback(tx, nil, ctx); span != nil {
		t.Error("a span of a Rollback that does nothing")
	}
	afterBegin(beforeBegin(nil, ctx), nil, errors.New("no server"))
	if trace.Current() != nil {
		t.Error("a span was not ended")
	}
	if spans := tracetest.Take(t); len(spans) != 3 || spans[1].Name != "COMMIT" {
		t.Errorf("the spans are %+v", spans)
	}
}
