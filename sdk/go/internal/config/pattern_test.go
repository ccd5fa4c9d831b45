package config

import "testing"

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"*", "a.b", true}, {"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "A", false},
		{"process.*", "process.pid", true}, {"process.*", "process", false}, {"*.id", "host.id", true}, {"*.id", "host.idx", false},
		{"h?st.*", "host.name", true}, {"?", "", false}, {"a*b*c", "aXbYbc", true}, {"a*b*c", "aXbYb", false}, {"**", "x", true},
	} {
		if got := Matches(tt.pattern, tt.name); got != tt.want {
			t.Errorf("Matches(%q, %q) is %t", tt.pattern, tt.name, got)
		}
	}
}
