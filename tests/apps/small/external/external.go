// Package external has tests in an external package only.
package external

import "example.com/small/plain"

// Answer asks a database.
func Answer() (int64, error) { return plain.Answer("external_test") }
