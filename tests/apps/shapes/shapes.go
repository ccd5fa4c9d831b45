// Package shapes has functions of every shape.
package shapes

import (
	"errors"
	"strings"
)

// Variadic joins words.
func Variadic(prefix string, words ...string) int { return len(prefix + strings.Join(words, "")) }

// Named changes its results when it is done.
func Named(fail bool) (n int, err error) {
	defer func() { n++ }()
	if fail {
		err = errors.New("failed")
		return
	}
	return 10, nil
}

// Unnamed does not name its parameters.
func Unnamed(int, string) (int, error) { return 1, nil }

// Blank names only some of them.
func Blank(_ int, b string, _ ...bool) (_ string) { return b }

// Generic returns its argument.
func Generic[T any](value T) T { return value }

// Box is a generic type.
type Box[T any] struct{ value T }

// Put replaces what is in the box.
func (b *Box[T]) Put(value T) (old T) {
	old, b.value = b.value, value
	return old
}

// Point has a method on its value.
type Point struct{ X, Y int }

// Add returns a sum.
func (p Point) Add(other Point) Point {
	p.X += other.X
	p.Y += other.Y
	return p
}

// OneLine is short.
func OneLine() int { return 1 }

type secret struct{ text string }

// Hidden has a type that no other package can name.
func Hidden(value secret) secret { return secret{value.text + value.text} }

// Hide calls Hidden.
func Hide(text string) string { return Hidden(secret{text}).text }

// Panics panics.
func Panics(text string) { panic(text) }

// Replaced returns what it gets.
func Replaced(text string, count int) (string, error) {
	return strings.Repeat(text, count), errors.New("replaced")
}
