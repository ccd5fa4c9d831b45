// Package memdb is a database/sql driver that keeps nothing: it answers every query with one row.
package memdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

func init() { sql.Register("memdb", Driver{}) }

// OnQuery, when set, is called for each query, on the caller's goroutine.
var OnQuery func(query string)

// Driver implements driver.Driver.
type Driver struct{}

// Open returns a connection for any name.
func (Driver) Open(name string) (driver.Conn, error) { return conn{}, nil }

type conn struct{}

func (conn) Prepare(query string) (driver.Stmt, error) { return nil, errors.New("not supported") }
func (conn) Close() error                              { return nil }
func (conn) Begin() (driver.Tx, error)                 { return nil, errors.New("not supported") }

func (conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if OnQuery != nil {
		OnQuery(query)
	}
	if strings.Contains(query, "missing") {
		return nil, errors.New("no such table: missing")
	}
	return &rows{}, nil
}

type rows struct{ done bool }

func (*rows) Columns() []string { return []string{"value"} }
func (*rows) Close() error      { return nil }

func (r *rows) Next(into []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	into[0] = int64(42)
	return nil
}

// Open opens a handle.
func Open() *sql.DB {
	db, err := sql.Open("memdb", "")
	if err != nil {
		panic(err) // the driver is registered and accepts any name
	}
	return db
}

// Query runs one query and returns its value.
func Query(db *sql.DB, query string) (value int64, err error) {
	err = db.QueryRow(query).Scan(&value)
	return value, err
}
