package hook

import (
	"strings"
	"testing"
)

//go:noinline
func recurse(n int, f func() bool) bool {
	if n == 0 {
		return f()
	}
	return recurse(n-1, f)
}

func TestWithin(t *testing.T) {
	recursing := func(name string) bool { return strings.HasSuffix(name, "/hook.recurse") }
	within := func() bool { return Within(recursing) }
	if !recurse(3, within) || within() {
		t.Errorf("within %v, not within %v", recurse(3, within), within())
	}
	test := func() bool { return Within(func(name string) bool { return strings.HasSuffix(name, ".TestWithin") }) }
	if !recurse(1000, test) || recurse(10_000, test) {
		t.Error("the stack is searched too shortly, or without a bound")
	}
}
