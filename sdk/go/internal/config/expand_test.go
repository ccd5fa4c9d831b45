package config

import (
	"strings"
	"testing"
)

var variables = map[string]string{
	"STRING_VALUE": "value", "BOOL_VALUE": "true", "INT_VALUE": "1", "FLOAT_VALUE": "1.1", "HEX_VALUE": "0xdeadbeef",
	"INVALID_MAP_VALUE": "value\nkey:value", "DO_NOT_REPLACE_ME": "Never use this value",
	"REPLACE_ME": "${DO_NOT_REPLACE_ME}", "VALUE_WITH_ESCAPE": "value$$", "EMPTY": "", "_a1": "low",
}

func getenv(name string) string { return variables[name] }

// TestExpand has the table of configuration/data-model.md#environment-variable-substitution.
func TestExpand(t *testing.T) {
	const failed = "error"
	for text, want := range map[string]string{
		"${STRING_VALUE}":                     "value",
		"${BOOL_VALUE}":                       "true",
		"${env:STRING_VALUE}":                 "value",
		"${INVALID_MAP_VALUE}":                "value\nkey:value",
		"foo ${STRING_VALUE} ${FLOAT_VALUE}":  "foo value 1.1",
		"${UNDEFINED_KEY}":                    "",
		"${UNDEFINED_KEY:-fallback}":          "fallback",
		"${REPLACE_ME}":                       "${DO_NOT_REPLACE_ME}",
		"${UNDEFINED_KEY:-${STRING_VALUE}}":   "${STRING_VALUE}",
		"${STRING_VALUE:?error}":              failed,
		"$${STRING_VALUE}":                    "${STRING_VALUE}",
		"$$${STRING_VALUE}":                   "$value",
		"$$$${STRING_VALUE}":                  "$${STRING_VALUE}",
		"$${STRING_VALUE:-fallback}":          "${STRING_VALUE:-fallback}",
		"$${STRING_VALUE:-${STRING_VALUE}}":   "${STRING_VALUE:-value}",
		"${UNDEFINED_KEY:-$${UNDEFINED_KEY}}": "${UNDEFINED_KEY:-${UNDEFINED_KEY}}",
		"${VALUE_WITH_ESCAPE}":                "value$$",
		"a $$ b":                              "a $ b",
		"a $ b":                               "a $ b",
		"$${FOO} ${INT_VALUE} $${BAZ}":        "${FOO} 1 ${BAZ}",

		"":                           "",
		"${EMPTY:-a:-b}":             "a:-b",
		"${EMPTY:-}":                 "",
		"${env:UNDEFINED_KEY:-x y}":  "x y",
		"${_a1}$":                    "low$",
		"${STRING_VALUE":             "${STRING_VALUE",
		"${}":                        "${}",
		"${a\nb}":                    "${a\nb}",
		"${STRING_VALUE}}":           "value}",
		"${1API_KEY}":                failed,
		"${API_$KEY}":                failed,
		"${sys:otel.service.name}":   failed,
		"${env:}":                    failed,
		"${STRING_VALUE} ${no name}": failed,
	} {
		got, err := expand(text, getenv)
		if err != nil {
			got = failed
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestExpandHidesDefaults(t *testing.T) {
	_, err := expand("${KEY:?secret}", getenv)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "${KEY") {
		t.Errorf("error %v", err)
	}
}

// FuzzExpand checks that text without references stays, that an escaped text comes
// back, and that what variables hold is not expanded again.
func FuzzExpand(f *testing.F) {
	f.Add("a ${STRING_VALUE:-b} $$ ${c}")
	f.Add("${REPLACE_ME}$$${REPLACE_ME}")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := expand(text, getenv)
		if err == nil && !strings.Contains(text, "$") && got != text {
			t.Errorf("%q is %q", text, got)
		}
		if err == nil && strings.Contains(got, "Never use this value") && !strings.Contains(text, "DO_NOT_REPLACE_ME") &&
			!strings.Contains(text, "Never use this value") {
			t.Errorf("%q is expanded twice: %q", text, got)
		}
		if got, err := expand(strings.ReplaceAll(text, "$", "$$"), getenv); err != nil || got != text {
			t.Errorf("%q comes back as %q, %v", text, got, err)
		}
	})
}
