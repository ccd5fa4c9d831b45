// Package zap puts the ids of the current span on records of go.uber.org/zap, and emits the records.
package zap

import (
	"context"
	"sync/atomic"

	"go.uber.org/zap/zapcore"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

var logger = log.NewLogger("go.weft.dev/plugins/zap", "0.1.0")

// mark goes with an entry through the cores: they see the ids as fields, and after them one that says
// nothing and leads the encoders to the mark.
type mark struct {
	entry   zapcore.Entry
	fields  []zapcore.Field // the program's
	span    *trace.Span
	ids     logconv.IDs
	marked  int         // fields that are not the program's
	emitted atomic.Bool // or not wanted
}

// beforeWrite puts the ids in front of the fields, where no namespace of theirs is open. Hooks
// (*CheckedEntry).Write, which entries reach that are enabled and sampled.
func beforeWrite(entry *zapcore.CheckedEntry, fields []zapcore.Field) (*mark, []zapcore.Field) {
	span := logconv.SpanOf(context.Background())
	if entry == nil || span == nil && !log.Enabled() {
		return nil, fields
	}
	m := &mark{entry: entry.Entry, fields: fields, span: span}
	m.emitted.Store(!log.Enabled())
	with := make([]zapcore.Field, 0, 3+len(fields))
	if span != nil && !has(fields, logconv.TraceID) {
		m.ids = logconv.Of(span)
		with = append(with, text(logconv.TraceID, m.ids.Trace), text(logconv.SpanID, m.ids.Span))
	}
	with = append(with, zapcore.Field{Type: zapcore.SkipType, Interface: m})
	m.marked = len(with)
	return m, append(with, fields...)
}

// afterWrite emits the record if no encoder did that knows what the logger itself carries.
func afterWrite(m *mark) { m.emit(m.entry, nil) }

func text(key, value string) zapcore.Field {
	return zapcore.Field{Key: key, Type: zapcore.StringType, String: value}
}

func has(fields []zapcore.Field, key string) bool {
	for i := range fields {
		if fields[i].Key == key {
			return true
		}
	}
	return false
}

// markOf returns what beforeWrite made of fields, nil if it made nothing.
func markOf(fields []zapcore.Field) *mark {
	for i := range min(3, len(fields)) {
		if m, ok := fields[i].Interface.(*mark); ok && fields[i].Type == zapcore.SkipType {
			return m
		}
	}
	return nil
}
