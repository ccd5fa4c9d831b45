package main

import (
	"testing"

	"example.com/small/internal/memdb"
)

func TestInMainPackage(t *testing.T) {
	if _, err := memdb.Query(memdb.Open(), "SELECT value FROM main_test"); err != nil {
		t.Fatal(err)
	}
}
