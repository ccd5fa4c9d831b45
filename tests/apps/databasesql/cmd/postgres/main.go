// Command postgres talks to a driver of that name, to see what becomes of a data source's parts.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log"
)

func main() {
	sql.Register("postgres", &fake{})
	db, err := sql.Open("postgres", "postgres://clerk:hunter2@db.example:6543/orders?sslmode=disable&password=hunter3")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), "UPDATE accounts SET secret = 'hunter4' WHERE id IN (1, 2)")
	fmt.Println(err)

	// The first connection is bad: database/sql tries again with another.
	retried, err := sql.Open("postgres", "host=db.example port=6543 user=clerk password=hunter2 dbname=orders")
	if err != nil {
		log.Fatal(err)
	}
	defer retried.Close()
	_, err = retried.Exec("DELETE FROM retried")
	fmt.Println(err)

	// This one is open when the program ends.
	open, err := sql.Open("postgres", "postgres://clerk:hunter2@db.example:6543/open")
	if err != nil {
		log.Fatal(err)
	}
	open.SetMaxOpenConns(3)
	_, err = open.Exec("DELETE FROM open")
	fmt.Println(err)

	connector := sql.OpenDB(plain{})
	defer connector.Close()
	_, err = connector.Exec("DELETE FROM connected")
	fmt.Println(err)
}

// fake is a driver without contexts; its connections fail once on statements about "retried".
type fake struct{ failed bool }

func (f *fake) Open(string) (driver.Conn, error) { return &conn{f}, nil }

type conn struct{ driver *fake }

func (*conn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not supported") }
func (*conn) Begin() (driver.Tx, error)           { return nil, errors.New("not supported") }
func (*conn) Close() error                        { return nil }

func (c *conn) Exec(query string, args []driver.Value) (driver.Result, error) {
	if query == "DELETE FROM retried" && !c.driver.failed {
		c.driver.failed = true
		return nil, driver.ErrBadConn
	}
	return driver.RowsAffected(2), nil
}

// plain is a connector, which has no data source name.
type plain struct{}

func (plain) Connect(context.Context) (driver.Conn, error) { return &conn{&fake{}}, nil }
func (plain) Driver() driver.Driver                        { return &fake{} }
