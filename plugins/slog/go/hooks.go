// Package slog puts the ids of the current span on records of log/slog, and emits the records.
package slog

import (
	"context"
	"log/slog"

	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

// beforeLog puts the ids in front of the arguments, where any handler gets them. Hooks (*Logger).log, so
// that a record is emitted once, whatever handlers it passes.
func beforeLog(l *slog.Logger, ctx context.Context, level slog.Level, message string, args []any) []any {
	span := logconv.SpanOf(ctx)
	if span == nil && !log.Enabled() || !l.Enabled(ctx, level) {
		return args
	}
	if a := begin(span, l, level, message); a.record != nil {
		a.args(args)
		a.record.Emit()
	}
	if span == nil || endsLine(l, span) || argsHave(args, logconv.TraceID) {
		return args
	}
	ids := logconv.Of(span)
	with := make([]any, 0, 4+len(args))
	// As an slog.Attr each would take an allocation of thrice the size.
	with = append(with, logconv.TraceID, ids.Trace, logconv.SpanID, ids.Span)
	return append(with, args...)
}

// endsLine tells whether afterAttrs puts the same ids on the line that the logger writes, which costs less. A
// function of the program's that may change attributes is to see them.
func endsLine(l *slog.Logger, span *trace.Span) bool {
	switch l.Handler().(type) {
	case *slog.JSONHandler, *slog.TextHandler:
		return len(replacers()) == 0 && span == trace.Current()
	}
	return false
}

// beforeLogAttrs does the same for (*Logger).logAttrs.
func beforeLogAttrs(
	l *slog.Logger, ctx context.Context, level slog.Level, message string, attrs []slog.Attr,
) []slog.Attr {
	span := logconv.SpanOf(ctx)
	if span == nil && !log.Enabled() || !l.Enabled(ctx, level) {
		return attrs
	}
	if a := begin(span, l, level, message); a.record != nil {
		for _, attr := range attrs {
			a.attr(attr)
		}
		a.record.Emit()
	}
	if span == nil || endsLine(l, span) || attrsHave(attrs, logconv.TraceID) {
		return attrs
	}
	ids := logconv.Of(span)
	with := make([]slog.Attr, 0, 2+len(attrs))
	with = append(with, slog.String(logconv.TraceID, ids.Trace), slog.String(logconv.SpanID, ids.Span))
	return append(with, attrs...)
}

// argsHave tells whether a key is among arguments as [slog.Logger.Log] reads them.
func argsHave(args []any, key string) bool {
	for i := 0; i < len(args); i++ {
		switch arg := args[i].(type) {
		case slog.Attr:
			if arg.Key == key {
				return true
			}
		case string:
			if arg == key {
				return true
			}
			i++ // its value
		}
	}
	return false
}

func attrsHave(attrs []slog.Attr, key string) bool {
	for _, attr := range attrs {
		if attr.Key == key {
			return true
		}
	}
	return false
}
