// Package logrus puts the ids of the current span on records of github.com/sirupsen/logrus, and emits the
// records.
package logrus

import (
	"github.com/sirupsen/logrus"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
)

var logger = log.NewLogger("go.weft.dev/plugins/logrus", "0.1.0")

// beforeFireHooks adds the ids to the fields of an entry that is written, where the program's own hooks see
// them. Hooks (*Entry).fireHooks. The entry is a copy, but before 1.8 its fields are those of the entry
// that the program has.
func beforeFireHooks(entry *logrus.Entry) {
	span := logconv.SpanOf(entry.Context)
	if span == nil {
		return
	}
	if _, ok := entry.Data[logconv.TraceID]; ok {
		return
	}
	ids := logconv.Of(span)
	data := make(logrus.Fields, len(entry.Data)+2)
	for key, value := range entry.Data {
		data[key] = value
	}
	data[logconv.TraceID], data[logconv.SpanID] = ids.Trace, ids.Span
	entry.Data = data
}

// beforeWrite emits the record as the program's hooks leave it. Hooks (*Entry).write.
func beforeWrite(entry *logrus.Entry) {
	if !log.Enabled() {
		return
	}
	span := logconv.SpanOf(entry.Context)
	r := logconv.Begin(logger, span)
	if r == nil {
		return
	}
	var ids logconv.IDs
	if span != nil {
		ids = logconv.Of(span)
	}
	r.SetTime(entry.Time)
	r.SetSeverity(severity(entry.Level), entry.Level.String())
	r.SetBody(entry.Message)
	if entry.Caller != nil {
		r.String("code.file.path", entry.Caller.File)
		r.String("code.function.name", entry.Caller.Function)
		r.Int("code.line.number", int64(entry.Caller.Line))
	}
	for key, value := range entry.Data {
		if text, ok := value.(string); !ok || !ids.Has(key, text) {
			r.Any(key, value)
		}
	}
	r.Emit()
}

// severity has a panic above a fatal error, as logrus orders them.
func severity(level logrus.Level) log.Severity {
	switch level {
	case logrus.TraceLevel:
		return log.SeverityTrace
	case logrus.DebugLevel:
		return log.SeverityDebug
	case logrus.InfoLevel:
		return log.SeverityInfo
	case logrus.WarnLevel:
		return log.SeverityWarn
	case logrus.ErrorLevel:
		return log.SeverityError
	case logrus.FatalLevel:
		return log.SeverityFatal
	case logrus.PanicLevel:
		return log.SeverityFatal + 1
	}
	return log.SeverityTrace // a level of the program's own, beyond trace
}
