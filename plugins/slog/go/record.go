package slog

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"

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

// begin begins the record of a message that the logger wants. The result says nothing where none is to be
// made.
func begin(span *trace.Span, l *slog.Logger, level slog.Level, message string) attributes {
	if !log.Enabled() || handsOn(l.Handler()) {
		return attributes{}
	}
	a := attributes{record: logconv.Begin(logger, span), replace: replacers()}
	if a.record != nil {
		a.head(level, message)
		derived.Load(l).addTo(&a)
	}
	return a
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
	a := attributes{record: logconv.Begin(logger, logconv.SpanOf(context.Background())), replace: replacers()}
	if a.record != nil {
		a.head(level, string(bytes.TrimSuffix(line, []byte("\n"))))
		a.record.Emit()
	}
}
