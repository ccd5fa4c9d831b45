package slog

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"time"

	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

var logger = log.NewLogger("go.weft.dev/plugins/slog", "0.1.0")

// added is what the program gave a logger by With or WithGroup, beyond what the one it comes from has.
type added struct {
	to    *added
	group string
	attrs []any
}

var derived logconv.Derived[slog.Logger, *added]

// derivation is the token of With and WithGroup.
type derivation struct {
	from  *slog.Logger
	added *added
}

// beforeWith remembers attributes for the records of a derived logger. Hooks (*Logger).With.
func beforeWith(l *slog.Logger, args []any) *derivation {
	if len(args) == 0 || !log.Enabled() {
		return nil
	}
	return &derivation{l, &added{to: derived.Load(l), attrs: append([]any(nil), args...)}}
}

// beforeWithGroup does the same for (*Logger).WithGroup.
func beforeWithGroup(l *slog.Logger, name string) *derivation {
	if name == "" || !log.Enabled() {
		return nil
	}
	return &derivation{l, &added{to: derived.Load(l), group: name}}
}

func afterWith(d *derivation, l *slog.Logger) {
	if l != nil && l != d.from {
		derived.Store(l, d.added)
	}
}

// begin begins the record of a message that the logger wants.
func begin(span *trace.Span, l *slog.Logger, level slog.Level, message string) *log.Record {
	if handsOn(l.Handler()) {
		return nil
	}
	r := logconv.Begin(logger, span)
	if r != nil {
		head(r, level, message)
		derived.Load(l).addTo(r)
	}
	return r
}

// head sets what is no attribute. Levels are as far apart as severities (logs/data-model.md).
func head(r *log.Record, level slog.Level, message string) {
	r.SetTime(time.Now())
	r.SetSeverity(log.SeverityOf(int(level)+int(log.SeverityInfo)), level.String())
	r.SetBody(message)
}

// handsOn tells whether a handler hands records on to a library whose own records are emitted.
func handsOn(h slog.Handler) bool {
	t := reflect.TypeOf(h)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "go.uber.org/zap/exp/zapslog", "github.com/samber/slog-zap/v2",
		"github.com/samber/slog-zerolog/v2", "github.com/samber/slog-logrus/v2":
		return true
	}
	return false
}

// beforeHandlerWrite emits the record of what comes from the package log. Hooks (*handlerWriter).Write.
func beforeHandlerWrite(h slog.Handler, leveler slog.Leveler, line []byte) {
	if !log.Enabled() || handsOn(h) {
		return
	}
	level := leveler.Level()
	if !h.Enabled(context.Background(), level) {
		return
	}
	if r := logconv.Begin(logger, logconv.SpanOf(context.Background())); r != nil {
		head(r, level, string(bytes.TrimSuffix(line, []byte("\n"))))
		r.Emit()
	}
}

func (a *added) addTo(r *log.Record) {
	switch {
	case a == nil:
	case a.group != "":
		a.to.addTo(r)
		r.OpenGroup(a.group)
	default:
		a.to.addTo(r)
		addArgs(r, a.attrs)
	}
}

// addArgs adds arguments as [slog.Logger.Log] reads them.
func addArgs(r *log.Record, args []any) {
	var list slog.Record
	list.Add(args...)
	list.Attrs(func(attr slog.Attr) bool {
		addAttr(r, attr)
		return true
	})
}

func addAttr(r *log.Record, attr slog.Attr) {
	key, v := attr.Key, attr.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		r.String(key, v.String())
	case slog.KindInt64:
		r.Int(key, v.Int64())
	case slog.KindUint64:
		r.Uint(key, v.Uint64())
	case slog.KindFloat64:
		r.Float(key, v.Float64())
	case slog.KindBool:
		r.Bool(key, v.Bool())
	case slog.KindGroup:
		if key != "" { // else its attributes belong to what it is in
			r.OpenGroup(key)
			defer r.CloseGroup()
		}
		for _, attr := range v.Group() {
			addAttr(r, attr)
		}
	default:
		r.Any(key, v.Any())
	}
}
