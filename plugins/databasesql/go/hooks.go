// Package databasesql makes spans of what programs do through database/sql, with any driver.
package databasesql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"go.weft.dev/sdk/semconv/dbconv"
	"go.weft.dev/sdk/trace"
)

var (
	scope     = trace.NewScope("go.weft.dev/plugins/databasesql", "0.1.0")
	databases dbconv.Targets[sql.DB]
)

// beforeOpenDB hands the connector on to afterOpenDB. Hooks OpenDB.
func beforeOpenDB(c driver.Connector) driver.Connector { return c }

func afterOpenDB(c driver.Connector, db *sql.DB) {
	databases.ObservePools(scope, poolOf)
	system := dbconv.SystemOf(dbconv.TypeName(c.Driver()), dbconv.TypeName(c))
	databases.Remember(db, dbconv.ConfigTarget(system, c))
}

// poolOf returns what metrics of the pool are made of.
func poolOf(db *sql.DB) dbconv.Pool {
	s := db.Stats()
	return dbconv.Pool{Used: int64(s.InUse), Idle: int64(s.Idle), Max: int64(s.MaxOpenConnections)}
}

// beforeCloseDB ends the metrics of the pool. Hooks (*DB).Close.
func beforeCloseDB(db *sql.DB) { databases.Closed(db) }

// source is what a database is opened with.
type source struct{ driver, dsn string }

// beforeOpen hands its arguments on to afterOpen. Hooks Open, which ends after the OpenDB that it calls.
func beforeOpen(driverName, dsn string) *source { return &source{driverName, dsn} }

func afterOpen(s *source, db *sql.DB) {
	if db == nil {
		return
	}
	system := dbconv.SystemOf(dbconv.TypeName(db.Driver()), s.driver)
	databases.Remember(db, dbconv.ParseDSN(system, s.dsn))
}

// beforeQuery starts the span of a query. Hooks ExecContext and QueryContext of DB, Conn, Tx and Stmt:
// what other functions come down to, around all retries on bad connections.
func beforeQuery(db *sql.DB, ctx context.Context, query string) *dbconv.Operation {
	return dbconv.StartQuery(scope, ctx, databases.Of(db), query)
}

// beforePrepare starts the span of a preparation. Hooks PrepareContext of DB, Conn and Tx.
func beforePrepare(db *sql.DB, ctx context.Context, query string) *dbconv.Operation {
	return dbconv.StartPrepare(scope, ctx, databases.Of(db), query)
}

// beforePing hooks PingContext of DB and Conn.
func beforePing(db *sql.DB, ctx context.Context) *dbconv.Operation {
	return dbconv.StartOperation(scope, ctx, databases.Of(db), "PING")
}

// after ends the span of anything that returns an error.
func after(o *dbconv.Operation, err error) {
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	o.End(err)
}

// open holds the transactions that have not ended: a Rollback after a Commit is no operation.
var open sync.Map // *sql.Tx

// beforeBegin hooks BeginTx of DB and Conn.
func beforeBegin(db *sql.DB, ctx context.Context) *dbconv.Operation {
	return dbconv.StartOperation(scope, ctx, databases.Of(db), "BEGIN")
}

func afterBegin(o *dbconv.Operation, tx *sql.Tx, err error) {
	if tx != nil {
		open.Store(tx, nil)
	}
	o.End(err)
}

// beforeCommit hooks (*Tx).Commit.
func beforeCommit(tx *sql.Tx, db *sql.DB, ctx context.Context) *dbconv.Operation {
	return beforeEnd(tx, db, ctx, "COMMIT")
}

// beforeRollback hooks (*Tx).Rollback.
func beforeRollback(tx *sql.Tx, db *sql.DB, ctx context.Context) *dbconv.Operation {
	return beforeEnd(tx, db, ctx, "ROLLBACK")
}

func beforeEnd(tx *sql.Tx, db *sql.DB, ctx context.Context, operation string) *dbconv.Operation {
	if _, is := open.Load(tx); !is {
		return nil
	}
	return dbconv.StartOperation(scope, ctx, databases.Of(db), operation)
}

// beforeClose forgets a transaction. Hooks (*Tx).close, in which each ends once, whoever ends it.
func beforeClose(tx *sql.Tx) { open.Delete(tx) }
