// Package zerolog puts the ids of the current span on records of github.com/rs/zerolog, and emits the
// records.
package zerolog

import (
	"bytes"
	"context"
	"time"

	"github.com/rs/zerolog"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

var logger = log.NewLogger("go.weft.dev/plugins/zerolog", "0.1.0")

// beforeWrite adds the ids to an event and emits it. Hooks (*Event).write, when the program's own hooks
// have run. text is what the event holds, an object that is still open.
func beforeWrite(e *zerolog.Event, level zerolog.Level, text []byte) {
	if e == nil || level == zerolog.Disabled {
		return
	}
	span := logconv.SpanOf(contextOf(e))
	if span == nil && !log.Enabled() {
		return
	}
	emit(span, level, text)
	if span != nil && !has(text, logconv.TraceID) {
		ids := logconv.Of(span)
		e.Str(logconv.TraceID, ids.Trace).Str(logconv.SpanID, ids.Span)
	}
}

// contextOf returns the context of an event, which some versions know.
func contextOf(e any) context.Context {
	if e, ok := e.(interface{ GetCtx() context.Context }); ok {
		return e.GetCtx()
	}
	return context.Background()
}

// has tells whether an event has a field: in JSON, or in CBOR, to which a build tag changes zerolog.
func has(text []byte, field string) bool {
	if len(text) > 0 && text[0] == '{' {
		return log.HasMember(text, field)
	}
	return bytes.Contains(text, append([]byte{0x60 | byte(len(field))}, field...))
}

func emit(span *trace.Span, level zerolog.Level, text []byte) {
	r := logconv.Begin(logger, span)
	if r == nil {
		return
	}
	r.SetTime(time.Now())
	r.SetSeverity(severity(level), level.String())
	r.JSON(text, func(field string, value []byte) bool {
		switch field {
		case zerolog.MessageFieldName:
			message, ok := log.Text(value)
			if ok {
				r.SetBody(message)
			}
			return ok
		case zerolog.LevelFieldName, zerolog.TimestampFieldName:
			return true
		}
		return false
	})
	r.Emit()
}

// severity has a panic above a fatal error, as zerolog orders them.
func severity(level zerolog.Level) log.Severity {
	switch level {
	case zerolog.DebugLevel:
		return log.SeverityDebug
	case zerolog.InfoLevel:
		return log.SeverityInfo
	case zerolog.WarnLevel:
		return log.SeverityWarn
	case zerolog.ErrorLevel:
		return log.SeverityError
	case zerolog.FatalLevel:
		return log.SeverityFatal
	case zerolog.PanicLevel:
		return log.SeverityFatal + 1
	case zerolog.NoLevel:
		return 0
	}
	return log.SeverityTrace
}
