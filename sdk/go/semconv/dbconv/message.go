package dbconv

import (
	"slices"
	"strings"
)

// valueMarks are what databases write before a value in double quotes, in which they also write names.
var valueMarks = [...]string{": ", "near ", "value ", "parse "}

// redactMessage takes values of a call out of what a database answered to it: "Duplicate entry 'bob' for key
// 'name'" has one, which may be anybody's. Names that the call's text has, which is without values, stay.
func redactMessage(message, text string) string {
	var clean strings.Builder
	done := 0 // message[:done] is in clean
	for i := 0; i < len(message); {
		closing := byte(0)
		switch c, before := message[i], message[:i]; {
		case c == '\'' && (i == 0 || !isWord(message[i-1])): // no apostrophe
			closing = '\''
		case c == '"' && slices.ContainsFunc(valueMarks[:], func(mark string) bool { return strings.HasSuffix(before, mark) }):
			closing = '"'
		case c == '(' && strings.HasSuffix(before, "value is "): // SQL Server, of a duplicate key
			closing = ')'
		}
		if closing == 0 {
			i++
			continue
		}
		end := valueEnd(message, i+1, closing)
		if value := message[i+1 : end]; value != "" && !hasWord(text, value[strings.LastIndexByte(value, '.')+1:]) {
			clean.WriteString(message[done : i+1])
			clean.WriteByte('?')
			done = end
		}
		i = min(end+1, len(message))
	}
	if done == 0 {
		return message
	}
	clean.WriteString(message[done:])
	return clean.String()
}

// valueEnd returns where the text that starts at start is closed, len(message) if it is not. Values may hold what
// closes them, and are not escaped: O'Brien.
func valueEnd(message string, start int, closing byte) int {
	for i := start; i < len(message); i++ {
		last := i+1 == len(message)
		if message[i] == closing && (last || message[i+1] != closing && !isWord(message[i+1])) {
			return i
		}
	}
	return len(message)
}

// hasWord reports whether text has a word, which is not a part of a longer one.
func hasWord(text, word string) bool {
	if word == "" {
		return false
	}
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		if (start == 0 || !isWord(text[start-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		at = start + 1
	}
}
