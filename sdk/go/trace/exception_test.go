package trace

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestExceptionSignal(t *testing.T) {
	for _, test := range []struct {
		exporter, value string
		want            exceptionSignal
	}{
		{"console", "", exceptionSignal{events: true}},
		{"console", "logs", exceptionSignal{logs: true}},
		{"console", "Logs/Dup", exceptionSignal{events: true, logs: true}},
		{"console", "http", exceptionSignal{events: true}},
	} {
		t.Setenv("OTEL_LOGS_EXPORTER", test.exporter)
		t.Setenv("OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN", test.value)
		if got := exceptionSignalFromEnv(); got != test.want {
			t.Errorf("%q: got %+v, want %+v", test.value, got, test.want)
		}
	}
}

func TestPanicStack(t *testing.T) {
	var stack string
	func() {
		defer func() { _ = recover() }()
		defer func() { stack = panicStack() }()
		breaks()
	}()
	lines := strings.Split(stack, "\n")
	if !strings.HasPrefix(lines[0], "goroutine ") || !strings.HasPrefix(lines[1], "panic(") ||
		!strings.Contains(stack, "trace.breaks") || strings.Contains(stack, "panicStack") {
		t.Errorf("got %s", stack)
	}
}

func breaks() { panic("told to") }

func TestNoException(t *testing.T) {
	var none *Span
	none.RecordError(errors.New("odd"))
	none.LogError("event", errors.New("odd"))
	none.RecordPanic("event")
	s, _ := Start(context.Background(), "ended", KindClient)
	s.End()
	s.RecordError(errors.New("odd"))
	s.LogError("event", nil)
	s.RecordPanic("event")
}
