// Package env reads configuration from environment variables by the rules of
// OpenTelemetry (specification/configuration/sdk-environment-variables.md): an
// empty value is an unset one, and a bad value is reported once and ignored. Where
// OTEL_CONFIG_FILE names a file, it says what the variables would.
package env

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.weft.dev/sdk/internal/report"
)

// String returns the variable's value without surrounding space, def when unset.
func String(name, def string) string {
	if v := strings.TrimSpace(lookup(name)); v != "" {
		return v
	}
	return def
}

// First returns the value of the first variable that is set, and its name.
func First(names ...string) (name, value string) {
	for _, name := range names {
		if v := String(name, ""); v != "" {
			return name, v
		}
	}
	return "", ""
}

// Enum is String for one of a set of known values, which may be written in any
// case.
func Enum(name, def string) string { return strings.ToLower(String(name, def)) }

// Bool returns true for "true" in any case, false for all else, and reports what
// is neither true nor false.
func Bool(name string) bool {
	switch v := strings.ToLower(String(name, "")); v {
	case "true":
		return true
	case "", "false":
		return false
	default:
		Bad(name, v, "false")
		return false
	}
}

// Int returns the variable as an integer of at least least, def where it is not one.
func Int(name string, def, least int) int {
	v := String(name, "")
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least {
		instead := strconv.Itoa(def)
		if def < least {
			instead = "no limit"
		}
		Bad(name, v, instead)
		return def
	}
	return n
}

// longest stands for what is not limited.
const longest = 24 * time.Hour

// Millis returns the variable, a number of milliseconds, as a duration.
func Millis(name string, def time.Duration) time.Duration {
	n := Int(name, int(def/time.Millisecond), 0)
	return time.Duration(min(n, int(longest/time.Millisecond))) * time.Millisecond
}

// Timeout is Millis for a variable whose 0 means that there is no limit
// (configuration/common.md#timeout).
func Timeout(name string, def time.Duration) time.Duration {
	if d := Millis(name, def); d > 0 {
		return d
	}
	return longest
}

// List returns the parts of a comma-separated variable, without empty ones.
func List(name, def string) []string {
	var list []string
	for part := range strings.SplitSeq(String(name, def), ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Enums is List for parts of a set of known values, which may be written in any
// case and count once.
func Enums(name, def string) []string {
	var list []string
	for _, part := range List(name, def) {
		if part = strings.ToLower(part); !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}

// Bad reports that a variable has a value that cannot be used, and what is used
// in its place.
func Bad(name, value, instead string) {
	report.Once("env "+name, "%s: cannot use %q, using %s", Origin(name), value, instead)
}
