package trace

import (
	"bytes"
	"fmt"
	"runtime"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/log"
)

// exceptionSignal says as what exceptions are sent: as events of the span, which is
// how it was, or as log records, which is how it is to be
// (semantic-conventions/docs/exceptions/exceptions-logs.md).
type exceptionSignal struct{ events, logs bool }

// exceptionSignalFromEnv reads the variable by which one moves over. Where logs are
// not exported, events they stay.
func exceptionSignalFromEnv() exceptionSignal {
	const name = "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN"
	var s exceptionSignal
	for _, value := range env.Enums(name, "") {
		switch value {
		case "logs":
			s.logs = true
		case "logs/dup":
			s.logs, s.events = true, true
		default:
			env.Bad(name, value, "span events")
		}
	}
	if !s.logs || !log.Enabled() {
		return exceptionSignal{events: true}
	}
	return s
}

// exception is an error or a panic as it is sent.
type exception struct{ kind, message, stack string }

// RecordError records err, if it is not nil, as an event of the span or as a log
// record (trace/exceptions.md). It does not change the status.
func (s *Span) RecordError(err error) {
	if s == nil || err == nil || !s.IsRecording() {
		return
	}
	s.record("exception", exception{kind: typeName(err), message: err.Error()}, true)
}

// LogError makes a log record of err, an event of the given name, where exceptions are
// log records. It is for errors whose text is in the span's status already, so that an
// event of the span would tell nothing new. A text that is not empty is sent in place of
// that of err, which may have what must not be sent.
func (s *Span) LogError(event string, err error, text string) {
	if s == nil || err == nil || !current().exception.logs || !s.IsRecording() {
		return
	}
	if text == "" {
		text = err.Error()
	}
	s.record(event, exception{kind: typeName(err), message: text}, false)
}

// RecordPanic records a panic of the function that the span stands for, with the
// stack, by a hook that runs while it unwinds. As a log record it is an event of the
// given name. With what the function panicked cannot be known there: only recover
// tells, and that changes what becomes of the panic.
func (s *Span) RecordPanic(event string) {
	if s == nil || !s.IsRecording() {
		return
	}
	s.record(event, exception{kind: "panic", stack: panicStack()}, true)
}

// RecordRecovered is RecordPanic where the program itself has recovered value, before it
// returns from the deferred function that has.
func (s *Span) RecordRecovered(event string, value any) {
	if s == nil || !s.IsRecording() {
		return
	}
	s.record(event, exception{kind: panicType(value), message: panicMessage(value), stack: panicStack()}, true)
}

// panicType is the value of exception.type for a value that was recovered.
func panicType(value any) string {
	if value == nil {
		return "panic"
	}
	return typeName(value)
}

// longestPanic bounds the text of a panic, in characters.
const longestPanic = 4096

// panicMessage returns the text of a value that was recovered, as the Go runtime would
// print it if nobody had: values that have no text of their own may hold anything, and
// are left out (runtime.printpanicval).
func panicMessage(value any) (text string) {
	defer func() {
		if recover() != nil { // a method of the program's may do so
			text = ""
		}
	}()
	switch v := value.(type) {
	case error:
		text = v.Error()
	case interface{ String() string }:
		text = v.String()
	case string, bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr,
		float32, float64, complex64, complex128:
		text = fmt.Sprint(v)
	}
	return attribute.Truncate(text, longestPanic)
}

// record sends an exception; to the span only if it is to be an event of the span.
func (s *Span) record(event string, e exception, onSpan bool) {
	if signal := current().exception; signal.logs {
		s.log(event, e)
		if !signal.events {
			return
		}
	}
	if !onSpan {
		return
	}
	attributes := make([]attribute.Attribute, 0, 3)
	e.each(func(key, value string) {
		attributes = append(attributes, attribute.NewKey(key).String(value))
	})
	s.AddEvent("exception", attributes...)
}

// each calls f with the attributes of the semantic conventions.
func (e exception) each(f func(key, value string)) {
	f("exception.type", e.kind)
	if e.message != "" {
		f("exception.message", e.message)
	}
	if e.stack != "" {
		f("exception.stacktrace", e.stack)
	}
}

// log makes a log record of an exception. What fails at the caller of another service
// is expected to be handled there, hence only a warning (exceptions-logs.md#severity).
func (s *Span) log(event string, e exception) {
	r := s.lock()
	if r == nil {
		return
	}
	scope, kind := queue.DefaultScope(), r.kind
	if r.recording {
		scope = r.scope
	}
	r.unlock(s.gen)
	record := log.ForScope(scope).Begin()
	if record == nil {
		return
	}
	record.SetTime(time.Unix(0, s.now()))
	record.SetEvent(event)
	switch kind {
	case KindClient, KindProducer:
		record.SetSeverity(log.SeverityWarn, "")
	default:
		record.SetSeverity(log.SeverityError, "")
	}
	record.SetTrace(s.root.traceID, s.id, s.flags)
	e.each(record.String)
	record.Emit()
}

// panicStack returns the goroutine's stack from where it panicked.
func panicStack() string {
	const most = 16 << 10
	stack := make([]byte, most)
	stack = stack[:runtime.Stack(stack, false)]
	// What comes before is the unwinding, and the hook itself.
	goroutine, _, _ := bytes.Cut(stack, []byte("\n"))
	if at := bytes.Index(stack, []byte("\npanic(")); at > len(goroutine) {
		return string(goroutine) + string(stack[at:])
	}
	return string(stack)
}
