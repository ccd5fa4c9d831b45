// Package generic has type parameters.
package generic

import (
	"cmp"
	"iter"
	"maps"
	"os"
	"slices"
)

// Tree is a search tree.
type Tree[K cmp.Ordered, V any] struct {
	left, right *Tree[K, V]
	key         K
	value       V
}

// Put adds a value.
func (t *Tree[K, V]) Put(key K, value V) *Tree[K, V] {
	if t == nil {
		return &Tree[K, V]{key: key, value: value}
	}
	if key < t.key {
		t.left = t.left.Put(key, value)
	} else {
		t.right = t.right.Put(key, value)
	}
	return t
}

// All is what is in the tree, in order.
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.walk(yield) }
}

func (t *Tree[_, V]) Exit(code func(V) int) {
	defer os.Exit(code(t.value))
}

func (t *Tree[K, V]) walk(yield func(K, V) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t.key, t.value) && t.right.walk(yield)
}

// Sorted is a map in order.
func Sorted[M ~map[K]V, K cmp.Ordered, V any](m M) iter.Seq2[K, V] {
	var tree *Tree[K, V]
	// In one order each time: how often a line runs is compared.
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(m))) {
		tree = tree.Put(key, m[key])
	}
	return tree.All()
}

// Exit ends the program with the sum.
func Exit[N ~int](m map[string]N) {
	var sum N
	for _, n := range Sorted(m) {
		sum += n
	}
	new(Tree[string, N]).Put("", sum).right.Exit(func(n N) int { return int(n) })
}

// Must panics with an error.
func Must[T any](value T, err error) T {
	if err != nil {
		func() { panic(err) }()
	}
	return value
}
