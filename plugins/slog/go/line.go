package slog

import (
	"bytes"
	"context"
	"reflect"

	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

// grouped is a line with groups open, so that its attributes are not at the top level.
type grouped struct {
	line   any
	groups int
}

// beforeAttrs hands a line that may want ids on to afterAttrs. Hooks (*handleState).appendNonBuiltIns,
// with which the library's own handlers end a line. It does not ask for the record: that has 300 bytes, and
// hooks pass by value.
func beforeAttrs(line any, groups []string) any {
	if len(groups) > 0 {
		return &grouped{line, len(groups)}
	}
	if logconv.SpanOf(context.Background()) == nil {
		return nil
	}
	return line
}

// afterAttrs puts the ids at the top level of the line, once, whichever way the record has come.
func afterAttrs(token any) {
	groups := 0
	if g, ok := token.(*grouped); ok {
		token, groups = g.line, g.groups
	}
	line := reflect.ValueOf(token) // a *log/slog/internal/buffer.Buffer, which is a slice of bytes
	if line.Kind() != reflect.Pointer || line.Elem().Kind() != reflect.Slice {
		return
	}
	line = line.Elem()
	if text := complete(line.Bytes(), groups, logconv.SpanOf(context.Background())); text != nil {
		line.SetBytes(text)
	}
}

// ids are those of a span in hexadecimal digits, of a trace first.
type ids [48]byte

func (i *ids) trace() []byte { return i[:32] }
func (i *ids) span() []byte  { return i[32:] }

// complete returns a line as it is to be written within span, or outside of all where that is nil; nil
// where it is so already.
func complete(text []byte, groups int, span *trace.Span) []byte {
	json := len(text) > 0 && text[0] == '{'
	var own ids
	switch found, ours := settle(text, json, groups); {
	case ours.end > 0:
		text = cut(text, json, ours)
		if found {
			return text
		}
		own = ours.ids
	case found || span == nil:
		return nil
	default:
		traceID, spanID := span.TraceID(), span.SpanID()
		spanID.AppendHex(traceID.AppendHex(own[:0]))
	}
	if json {
		return addJSON(text, &own)
	}
	return addText(text, &own)
}

// settle reports whether a line has a trace_id that stays, and where in it there are ids of ours that do not:
// there is one of the program's, which beforeLog could not see, or they are in a group.
func settle(text []byte, json bool, groups int) (found bool, ours place) {
	if !bytes.Contains(text, []byte(logconv.TraceID)) {
		return false, place{}
	}
	if json {
		found, ours = findJSON(text, groups)
	} else {
		found, ours = findText(text)
	}
	if ours.end > 0 && !found && !ours.nested {
		return true, place{}
	}
	return found, ours
}

func cut(text []byte, json bool, ours place) []byte {
	if json {
		return cutJSON(text, ours.start, ours.end)
	}
	return cutText(text, ours.start, ours.end)
}

// place is where ids are, with their keys.
type place struct {
	start, end int // 0 where there are none
	nested     bool
	ids        ids
}

// read takes the ids from the begin of a text: before, the id of the trace, between, that of the span.
func (p *place) read(text []byte, before, between string) bool {
	size := len(before) + 32 + len(between) + 16
	if len(text) < size || string(text[:len(before)]) != before {
		return false
	}
	text = text[len(before):]
	if string(text[32:32+len(between)]) != between {
		return false
	}
	copy(p.ids.trace(), text)
	copy(p.ids.span(), text[32+len(between):])
	return isHex(p.ids[:])
}

func isHex(digits []byte) bool {
	for _, d := range digits {
		if (d < '0' || d > '9') && (d < 'a' || d > 'f') {
			return false
		}
	}
	return true
}
