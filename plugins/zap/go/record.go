package zap

import (
	"math"
	"time"

	"go.uber.org/zap/zapcore"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
)

// emit emits the record of an entry, once. context is what its logger carries, as JSON.
func (m *mark) emit(entry zapcore.Entry, context []byte) {
	if m.emitted.Swap(true) {
		return
	}
	r := logconv.Begin(logger.Named(entry.LoggerName), m.span)
	if r == nil {
		return
	}
	r.SetTime(entry.Time)
	r.SetSeverity(severity(entry.Level), entry.Level.String())
	r.SetBody(entry.Message)
	if entry.Caller.Defined {
		r.String("code.file.path", entry.Caller.File)
		r.Int("code.line.number", int64(entry.Caller.Line))
	}
	if entry.Stack != "" {
		r.String("code.stacktrace", entry.Stack)
	}
	r.JSON(context, nil)
	for i := range m.fields {
		add(r, &m.fields[i])
	}
	r.Emit()
}

// severity follows logs/data-model-appendix.md#appendix-b-severitynumber-example-mappings.
func severity(level zapcore.Level) log.Severity {
	switch level {
	case zapcore.DebugLevel:
		return log.SeverityDebug
	case zapcore.InfoLevel:
		return log.SeverityInfo
	case zapcore.WarnLevel:
		return log.SeverityWarn
	case zapcore.ErrorLevel:
		return log.SeverityError
	case zapcore.DPanicLevel:
		return log.SeverityError + 1
	case zapcore.PanicLevel:
		return log.SeverityError + 2
	case zapcore.FatalLevel:
		return log.SeverityFatal
	}
	return log.SeverityTrace // a level of the program's own, below debug
}

// add adds a field; the common kinds without what zap would make of them.
func add(r *log.Record, f *zapcore.Field) {
	switch f.Type {
	case zapcore.StringType:
		r.String(f.Key, f.String)
	case zapcore.BoolType:
		r.Bool(f.Key, f.Integer == 1)
	case zapcore.Int64Type, zapcore.Int32Type, zapcore.Int16Type, zapcore.Int8Type,
		zapcore.Uint32Type, zapcore.Uint16Type, zapcore.Uint8Type:
		r.Int(f.Key, f.Integer)
	case zapcore.Uint64Type:
		r.Uint(f.Key, uint64(f.Integer))
	case zapcore.Float64Type:
		r.Float(f.Key, math.Float64frombits(uint64(f.Integer)))
	case zapcore.DurationType:
		r.String(f.Key, time.Duration(f.Integer).String())
	case zapcore.NamespaceType:
		r.OpenGroup(f.Key)
	case zapcore.ByteStringType:
		text, _ := f.Interface.([]byte)
		r.String(f.Key, string(text))
	case zapcore.ErrorType, zapcore.StringerType, zapcore.ReflectType:
		r.Any(f.Key, f.Interface)
	case zapcore.SkipType:
	default:
		object := zapcore.NewMapObjectEncoder()
		f.AddTo(object)
		for key, value := range object.Fields {
			r.Any(key, value)
		}
	}
}
