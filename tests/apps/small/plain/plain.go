// Package plain has tests in the package itself and no TestMain.
package plain

import "example.com/small/internal/memdb"

// Answer asks a database.
func Answer(table string) (int64, error) {
	return memdb.Query(memdb.Open(), "SELECT value FROM "+table)
}
