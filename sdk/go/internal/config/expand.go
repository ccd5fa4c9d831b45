package config

import (
	"fmt"
	"strings"
)

// expand replaces the references to environment variables in a scalar, ${NAME},
// ${env:NAME} and ${NAME:-default}; $$ stands for $
// (configuration/data-model.md#environment-variable-substitution).
func expand(text string, getenv func(string) string) (string, error) {
	if !strings.Contains(text, "$") {
		return text, nil
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "$$") {
		if i > 0 {
			b.WriteByte('$')
		}
		for {
			before, rest, found := strings.Cut(part, "${")
			reference, after, closed := strings.Cut(rest, "}")
			if !found || !closed {
				b.WriteString(part)
				break
			}
			b.WriteString(before)
			value, err := substitute(reference, getenv)
			if err != nil {
				return "", err
			}
			b.WriteString(value)
			part = after
		}
	}
	return b.String(), nil
}

// substitute returns what stands for a reference, which is given without its
// brackets.
func substitute(reference string, getenv func(string) string) (string, error) {
	if reference == "" || strings.Contains(reference, "\n") {
		return "${" + reference + "}", nil // no reference
	}
	name, def, _ := strings.Cut(reference, ":-")
	if prefix, rest, found := strings.Cut(name, ":"); found && prefix == "env" {
		name = rest
	}
	if !isName(name) {
		name, _, _ = strings.Cut(reference, ":") // what follows may be a secret
		return "", fmt.Errorf("refers to an environment variable in a form that is not known: ${%s…", name)
	}
	if value := getenv(name); value != "" {
		return value, nil
	}
	return def, nil
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
