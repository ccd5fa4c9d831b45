package export

import "strings"

// Names for Prometheus (compatibility/prometheus_and_openmetrics.md#metric-metadata-1).

// units are the words for units of UCUM.
var units = map[string]string{
	"d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
	"By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes", "TiBy": "tebibytes",
	"kBy": "kilobytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
	"m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams",
	"Cel": "celsius", "Hz": "hertz", "%": "percent", "1": "",
}

// perUnits are the words for what is below a fraction bar.
var perUnits = map[string]string{
	"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year",
}

// unitWord returns the unit as part of a name, "" for none.
func unitWord(unit string) string {
	unit = withoutAnnotations(unit)
	above, below, isRate := strings.Cut(unit, "/")
	word, known := units[strings.TrimSpace(above)]
	if !known {
		word = strings.TrimSpace(above)
	}
	word = strings.Trim(sanitize(word, false), "_")
	if !isRate || strings.TrimSpace(below) == "" {
		return word
	}
	per, known := perUnits[strings.TrimSpace(below)]
	if !known {
		per = strings.TrimSpace(below)
	}
	if per = strings.Trim(sanitize(per, false), "_"); per == "" {
		return word
	}
	if word == "" {
		return "per_" + per
	}
	return word + "_per_" + per
}

// withoutAnnotations drops what is in braces.
func withoutAnnotations(unit string) string {
	for {
		start := strings.IndexByte(unit, '{')
		if start < 0 {
			return unit
		}
		end := strings.IndexByte(unit[start:], '}')
		if end < 0 {
			return unit[:start]
		}
		unit = unit[:start] + unit[start+end+1:]
	}
}

// sanitize returns a metric's or label's name with only the characters that every
// Prometheus knows. Colons are for metrics.
func sanitize(name string, colons bool) string {
	var b strings.Builder
	b.Grow(len(name) + 1)
	before := byte(0)
	for _, c := range []byte(underscored(name)) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && !(colons && c == ':') {
			c = '_'
		}
		if digit && b.Len() == 0 {
			b.WriteByte('_')
		}
		if c != '_' || before != '_' {
			b.WriteByte(c)
		}
		before = c
	}
	return b.String()
}

// underscored returns name with one underscore for each character beyond ASCII.
func underscored(name string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x7f {
			return '_'
		}
		return r
	}, name)
}

// familyName returns the name of a metric family without what its type adds, and the
// unit if the name ends with it.
func familyName(name, unit string, counter bool) (family, word string) {
	family = sanitize(name, true)
	if counter {
		family = strings.TrimSuffix(family, "_total")
	}
	word = unitWord(unit)
	if word != "" && family != word && !strings.HasSuffix(family, "_"+word) {
		family = strings.TrimSuffix(family, "_") + "_" + word
	}
	if family == "" {
		family = "_"
	}
	return family, word
}
