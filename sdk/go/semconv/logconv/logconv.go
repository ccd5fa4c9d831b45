// Package logconv puts trace ids on log records, for hooks of loggers.
package logconv

import (
	"context"

	"go.weft.dev/sdk/trace"
)

// Names of the fields (compatibility/logging_trace_context.md).
const (
	TraceID = "trace_id"
	SpanID  = "span_id"
)

// IDs are those of one span, in hexadecimal digits.
type IDs struct{ Trace, Span string }

// SpanOf returns the span that a record made with ctx belongs to: the one that ctx carries, or the
// goroutine's current one where that descends from it or ctx carries none; nil when there is none.
func SpanOf(ctx context.Context) *trace.Span { return trace.Parent(ctx) }

// Of returns the ids of a span, which is not nil.
func Of(span *trace.Span) IDs {
	sc := span.SpanContext()
	b := sc.SpanID.AppendHex(sc.TraceID.AppendHex(make([]byte, 0, 48)))
	text := string(b)
	return IDs{Trace: text[:32], Span: text[32:]}
}
