// Command panics panics below a database query: in the way the argument says.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"example.com/small/internal/memdb"
)

func main() {
	db := memdb.Open()
	memdb.OnQuery = func(query string) { panic(fmt.Errorf("cannot run %q", query)) }
	switch os.Args[1] {
	case "uncaught":
		memdb.Query(db, "SELECT 1")
	case "recovered":
		defer func() {
			fmt.Println("recovered:", recover())
			os.Stdout.Write(debug.Stack())
		}()
		memdb.Query(db, "SELECT 1")
	case "nil-pointer":
		memdb.OnQuery = func(string) { var none *struct{ field int }; fmt.Println(none.field) }
		memdb.Query(db, "SELECT 1")
	}
}
