package logconv

import (
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/trace"
)

// Begin returns the record of what a logger of the program writes within span, which may be nil. It
// returns nil where records are not wanted.
func Begin(l *log.Logger, span *trace.Span) *log.Record {
	r := l.Begin()
	if r != nil && span != nil {
		sc := span.SpanContext()
		r.SetTrace(sc.TraceID, sc.SpanID, sc.Flags)
	}
	return r
}

// Has reports whether a field holds one of the ids, which a record has in a place of their own.
func (ids IDs) Has(field, value string) bool {
	return field == TraceID && value == ids.Trace || field == SpanID && value == ids.Span
}
