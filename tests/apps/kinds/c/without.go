//go:build !cgo

// Package c is in Go here.
package c

import "os"

// Twice doubles.
func Twice(n int) int { return 2 * n }

// Exit ends the program.
func Exit(n int) { os.Exit(Twice(n)) }
