package slog

import (
	"bytes"

	"go.weft.dev/sdk/semconv/logconv"
)

// What follows knows the lines of [log/slog.TextHandler], and of the handler that there is before a program sets
// one.

const (
	textTrace = logconv.TraceID + "="
	textSpan  = logconv.SpanID + "="
)

// findText is findJSON for text.
func findText(text []byte) (theirs bool, ours place) {
	for start := 0; start < len(text); {
		end := pairEnd(text, start)
		key, _, _ := bytes.Cut(text[start:end], []byte("="))
		if group, ok := bytes.CutSuffix(key, []byte(logconv.TraceID)); ok && (len(group) == 0 || group[len(group)-1] == '.') {
			p := place{start: start, nested: len(group) > 0}
			last := pairEnd(text, min(end+1, len(text)))
			before, between := string(group)+textTrace, " "+string(group)+textSpan
			if len(text[start:last]) == len(before)+32+len(between)+16 && p.read(text[start:last], before, between) {
				theirs = theirs || ours.end > 0
				p.end = last
				ours = p
			} else {
				theirs = true
			}
		}
		start = end + 1
	}
	return theirs, ours
}

// pairEnd returns where the pair ends that begins at i: at a space outside of quotes.
func pairEnd(text []byte, i int) int {
	for ; i < len(text) && text[i] != ' '; i++ {
		if text[i] == '"' {
			i = stringEnd(text, i)
		}
	}
	return i
}

func cutText(text []byte, start, end int) []byte {
	if end < len(text) {
		end++ // the space
	} else if start > 0 {
		start--
	}
	return append(text[:start], text[end:]...)
}

func addText(text []byte, own *ids) []byte {
	if len(text) > 0 {
		text = append(text, ' ')
	}
	text = append(append(text, textTrace...), own.trace()...)
	return append(append(append(text, ' '), textSpan...), own.span()...)
}
