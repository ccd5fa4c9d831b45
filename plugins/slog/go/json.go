package slog

import "go.weft.dev/sdk/semconv/logconv"

// What follows knows the lines of [log/slog.JSONHandler].

const (
	jsonTrace = `"` + logconv.TraceID + `":"`
	jsonSpan  = `","` + logconv.SpanID + `":"`
)

// findJSON looks for a trace_id at the top level or in as many groups: theirs is one that the program has
// given, ours what beforeLog has put there.
func findJSON(text []byte, groups int) (theirs bool, ours place) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := stringEnd(text, i)
			if end+1 < len(text) && text[end+1] == ':' && string(text[i+1:end]) == logconv.TraceID {
				p := place{start: i, nested: depth > 1}
				switch {
				case p.read(text[i:], jsonTrace, jsonSpan):
					theirs = theirs || ours.end > 0
					p.end = i + len(jsonTrace) + 32 + len(jsonSpan) + 16 + 1
					ours = p
				case depth <= 1+groups:
					theirs = true
				}
			}
			i = end
		}
	}
	return theirs, ours
}

// stringEnd returns where the string ends that begins at i, with its quote.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return min(i, len(text)-1)
}

// cutJSON takes out what findJSON has found, and groups that hold nothing else.
func cutJSON(text []byte, start, end int) []byte {
	for {
		switch {
		case text[end] == ',':
			end++
		case text[start-1] == ',':
			start--
		}
		if text[start-1] != '{' || text[end] != '}' || start == 1 {
			return append(text[:start], text[end:]...)
		}
		// The group is empty now, from its key on, which has a quote and a colon before the brace.
		start, end = start-len(`":{`), end+1
		for start--; text[start] != '"' || text[start-1] != ',' && text[start-1] != '{'; start-- {
		}
	}
}

// addJSON puts ids at the top level.
func addJSON(text []byte, own *ids) []byte {
	last := len(text) - 1
	if last < 1 || text[last] != '}' {
		return text
	}
	text = text[:last]
	if text[last-1] != '{' {
		text = append(text, ',')
	}
	text = append(append(text, jsonTrace...), own.trace()...)
	text = append(append(text, jsonSpan...), own.span()...)
	return append(text, `"}`...)
}
