package slog

import (
	"bytes"
	"context"
	"io"
	"log/slog"

	"go.weft.dev/sdk/semconv/logconv"
)

// beforeAttrs has the library's own handlers write the ids at the top level, though groups are open; not
// twice, where the program's logger carries a trace_id already; and also on records that come from the
// package log. Hooks (*handleState).appendNonBuiltIns, which follows time, level and message.
func beforeAttrs(
	buf any, separator string, json bool, groups []string, preformatted []byte, r slog.Record,
) slog.Record {
	ids, ours := idsOf(r)
	switch {
	case ours:
		if isPreformatted(preformatted, json) {
			return rest(r)
		}
		if len(groups) == 0 {
			return r
		}
	case recordHas(r, logconv.TraceID) || isPreformatted(preformatted, json):
		return r
	default:
		span := logconv.SpanOf(context.Background())
		if span == nil {
			return r
		}
		ids = logconv.Of(span)
	}
	if len(groups) == 0 {
		r = r.Clone()
		r.AddAttrs(slog.String(logconv.TraceID, ids.Trace), slog.String(logconv.SpanID, ids.Span))
		return r
	}
	w, ok := buf.(io.StringWriter)
	if !ok || separator == "" { // the handler leaves out all that would stand before
		return r
	}
	if json {
		w.WriteString(separator + `"` + logconv.TraceID + `":"` + ids.Trace + `"`)
		w.WriteString(separator + `"` + logconv.SpanID + `":"` + ids.Span + `"`)
	} else {
		w.WriteString(separator + logconv.TraceID + "=" + ids.Trace)
		w.WriteString(separator + logconv.SpanID + "=" + ids.Span)
	}
	if ours {
		return rest(r)
	}
	return r
}

// idsOf returns what beforeLog put at the front of a record.
func idsOf(r slog.Record) (ids logconv.IDs, ok bool) {
	i := 0
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case i == 0 && a.Key == logconv.TraceID:
			ids.Trace = a.Value.String()
		case i == 1 && a.Key == logconv.SpanID:
			ids.Span = a.Value.String()
		default:
			return false
		}
		i++
		return i < 2
	})
	return ids, i == 2
}

// rest returns a record without its first two attributes.
func rest(r slog.Record) slog.Record {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	i := 0
	r.Attrs(func(a slog.Attr) bool {
		if i++; i > 2 {
			out.AddAttrs(a)
		}
		return true
	})
	return out
}

func recordHas(r slog.Record, key string) bool {
	has := false
	r.Attrs(func(a slog.Attr) bool {
		has = a.Key == key
		return !has
	})
	return has
}

// isPreformatted tells whether a trace_id is among the attributes that [slog.Logger.With] was given.
func isPreformatted(text []byte, json bool) bool {
	if json {
		return bytes.Contains(text, []byte(`"`+logconv.TraceID+`":`))
	}
	return bytes.HasPrefix(text, []byte(logconv.TraceID+"=")) ||
		bytes.Contains(text, []byte(" "+logconv.TraceID+"="))
}
