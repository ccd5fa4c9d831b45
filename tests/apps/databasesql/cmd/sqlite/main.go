// Command sqlite uses database/sql in every way that reaches a driver.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

func main() {
	dir, err := os.MkdirTemp("", "databasesql")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", filepath.Join(dir, "things.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	check(db.PingContext(ctx))
	_, err = db.ExecContext(ctx, "CREATE TABLE things (id INTEGER PRIMARY KEY, secret TEXT)")
	check(err)

	committed(ctx, db)
	rolledBack(ctx, db)
	prepared(ctx, db)
	rows(ctx, db)
	onConnection(ctx, db)

	_, err = db.Exec("SELECT broken FROM nowhere WHERE id = 'hidden argument") // which the error repeats
	fmt.Println("error", err != nil)
	err = db.QueryRow("SELECT secret FROM things WHERE id = 99").Scan(new(string))
	fmt.Println("no rows", errors.Is(err, sql.ErrNoRows))
}

func committed(ctx context.Context, db *sql.DB) {
	tx, err := db.BeginTx(ctx, nil)
	check(err)
	_, err = tx.ExecContext(ctx, "INSERT INTO things VALUES (1, ?)", "hidden argument")
	check(err)
	check(tx.Commit())
}

func rolledBack(ctx context.Context, db *sql.DB) {
	tx, err := db.Begin()
	check(err)
	var count int
	check(tx.QueryRowContext(ctx, "SELECT count(*) FROM things").Scan(&count))
	check(tx.Rollback())
	fmt.Println("rollback twice", errors.Is(tx.Rollback(), sql.ErrTxDone))
}

func prepared(ctx context.Context, db *sql.DB) {
	statement, err := db.PrepareContext(ctx, "UPDATE things SET secret = ? WHERE id = ?")
	check(err)
	defer statement.Close()
	for id := range 2 {
		_, err := statement.ExecContext(ctx, "changed", id)
		check(err)
	}
	query, err := db.Prepare("SELECT secret FROM things WHERE id = ?")
	check(err)
	defer query.Close()
	var secret string
	check(query.QueryRow(1).Scan(&secret))
	fmt.Println(secret)
}

func rows(ctx context.Context, db *sql.DB) {
	rows, err := db.QueryContext(ctx, "SELECT id, secret FROM things")
	check(err)
	defer rows.Close()
	for rows.Next() {
		var id int
		var secret string
		check(rows.Scan(&id, &secret))
	}
	check(rows.Err())
}

func onConnection(ctx context.Context, db *sql.DB) {
	conn, err := db.Conn(ctx)
	check(err)
	defer conn.Close()
	_, err = conn.ExecContext(ctx, `DELETE FROM things WHERE secret <> "hidden argument"`) // which is a string to SQLite
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
