package log

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unsafe"

	"go.weft.dev/sdk/internal/wire"
)

// Some libraries keep what is to be logged as the text of a JSON object. What follows
// reads such text as attributes, without copies where there are no escapes. It is
// foreign input: where it is malformed, what came before counts.

// JSON adds the members of a JSON object as attributes. The text may lack the braces,
// and have objects that are not closed: these stay open as groups. Members of the
// object itself that take returns true for are left out; take may be nil.
func (r *Record) JSON(text []byte, take func(key string, value []byte) bool) {
	text = bytes.TrimPrefix(text, []byte("{"))
	outer := len(r.groups)
	for {
		text = blanks(text, ',')
		if len(text) == 0 {
			return
		}
		if text[0] == '}' {
			if len(r.groups) == outer {
				return
			}
			r.closeGroup(true)
			text = text[1:]
			continue
		}
		key, rest, ok := jsonKey(text)
		if !ok {
			return
		}
		if len(r.groups) == outer && take != nil {
			value, after := jsonSkip(rest)
			if take(key, value) {
				text = after
				continue
			}
		}
		if rest[0] == '{' {
			r.OpenGroup(key)
			text = rest[1:]
			continue
		}
		if text, ok = r.member(key, rest); !ok {
			return
		}
	}
}

// HasMember reports whether a JSON object, which may lack braces as for JSON, has a
// member of that name.
func HasMember(text []byte, name string) bool {
	if !bytes.Contains(text, []byte(name)) {
		return false
	}
	text = bytes.TrimPrefix(text, []byte("{"))
	for {
		key, rest, ok := jsonKey(blanks(text, ','))
		if !ok {
			return false
		}
		if key == name {
			return true
		}
		_, text = jsonSkip(rest)
	}
}

// Text returns the text of a JSON value that is a string.
func Text(value []byte) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	text, _, ok = jsonString(value)
	return text, ok
}

// raw adds an attribute whose value is given as JSON.
func (r *Record) raw(key string, text []byte) {
	if len(text) > 0 {
		r.member(key, text)
	}
}

// member adds an attribute with the value at the front of text, and returns the rest.
func (r *Record) member(key string, text []byte) (rest []byte, ok bool) {
	key = wire.UTF8(key)
	admitted := r.admit(key)
	start := len(r.attributes)
	rest, ok = r.jsonValue(text)
	if !admitted || !ok {
		r.attributes = r.attributes[:start]
		return rest, ok
	}
	r.enclose(key, start)
	return rest, true
}

// jsonValue appends an AnyValue for the value at the front of text. text is not empty.
func (r *Record) jsonValue(text []byte) (rest []byte, ok bool) {
	switch text[0] {
	case '"':
		s, rest, ok := jsonString(text)
		if ok {
			r.attributes = wire.AppendString(r.attributes, tagString, r.text8(s))
		}
		return rest, ok
	case '{', '[':
		if r.arrays+len(r.groups) >= maxDepth {
			_, rest = jsonSkip(text)
			return rest, true
		}
		if text[0] == '{' {
			return r.jsonObject(text[1:])
		}
		r.arrays++
		rest, ok = r.jsonArray(text[1:])
		r.arrays--
		return rest, ok
	}
	word, rest := jsonSkip(text)
	switch s := view(word); s {
	case "null":
	case "true", "false":
		r.attributes = appendBool(r.attributes, s == "true")
	default:
		if !strings.ContainsAny(s, ".eE") {
			if n, err := strconv.ParseInt(s, 10, 64); err == nil {
				r.attributes = wire.AppendVarint(append(r.attributes, tagInt), uint64(n))
				break
			}
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, false
		}
		r.attributes = wire.AppendFixed64(append(r.attributes, tagDouble), math.Float64bits(f))
	}
	return rest, true
}

// jsonObject appends a list for an object without its first brace.
func (r *Record) jsonObject(text []byte) (rest []byte, ok bool) {
	start := len(r.attributes)
	r.groups = append(r.groups, group{start: start, items: len(r.items)})
	defer func() {
		n := len(r.groups) - 1
		r.items, r.groups = r.items[:r.groups[n].items], r.groups[:n]
		if ok {
			r.prefix(start, tagList)
		}
	}()
	for {
		if text = blanks(text, ','); len(text) > 0 && text[0] == '}' {
			return text[1:], true
		}
		var key string
		if key, text, ok = jsonKey(text); !ok {
			return nil, false
		}
		if text, ok = r.member(key, text); !ok {
			return nil, false
		}
	}
}

// jsonArray appends an array for one without its first bracket.
func (r *Record) jsonArray(text []byte) (rest []byte, ok bool) {
	start := len(r.attributes)
	for {
		text = blanks(text, ',')
		if len(text) == 0 {
			return nil, false
		}
		if text[0] == ']' {
			r.prefix(start, tagArray)
			return text[1:], true
		}
		element := len(r.attributes)
		if text, ok = r.jsonValue(text); !ok {
			return nil, false
		}
		r.prefix(element, tagMember)
	}
}

// jsonKey reads a key and the colon after it. The rest is not empty.
func jsonKey(text []byte) (key string, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '"' {
		return "", nil, false
	}
	if key, rest, ok = jsonString(text); !ok {
		return "", nil, false
	}
	if rest = blanks(rest, 0); len(rest) == 0 || rest[0] != ':' {
		return "", nil, false
	}
	rest = blanks(rest[1:], 0)
	return key, rest, len(rest) > 0
}

// jsonString reads a string. The result is a view of text where there are no escapes.
func jsonString(text []byte) (s string, rest []byte, ok bool) {
	end := stringEnd(text)
	if end < 0 {
		return "", nil, false
	}
	if bytes.IndexByte(text[:end], '\\') < 0 {
		return view(text[1 : end-1]), text[end:], true
	}
	s, ok = unescaped(text[:end])
	return s, text[end:], ok
}

func unescaped(text []byte) (string, bool) {
	var s string
	err := json.Unmarshal(text, &s)
	return s, err == nil
}

// stringEnd returns the length of the string at the front of text, with its quotes, -1
// where it does not end.
func stringEnd(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// jsonSkip splits off the value at the front of text: all of text where it does not end.
func jsonSkip(text []byte) (value, rest []byte) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			n := stringEnd(text[i:])
			if n < 0 {
				return text, nil
			}
			if i += n - 1; depth == 0 {
				return text[:i+1], text[i+1:]
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return text[:i], text[i:]
			}
			if depth--; depth == 0 {
				return text[:i+1], text[i+1:]
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return text[:i], text[i:]
			}
		}
	}
	return text, nil
}

// blanks returns text without white space, and occurrences of also, at its front.
func blanks(text []byte, also byte) []byte {
	for len(text) > 0 {
		switch c := text[0]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == also:
			text = text[1:]
		default:
			return text
		}
	}
	return text
}

// view returns b as a string, for as long as b is not changed.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
