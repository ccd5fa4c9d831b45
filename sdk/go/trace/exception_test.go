package trace

import (
	"context"
	"errors"
	"fmt"
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

type mute struct{ password string }

type breaking struct{}

func (breaking) Error() string { panic("again") }

type named int

func (named) String() string { return "three" }

func TestPanicValue(t *testing.T) {
	for _, tt := range []struct {
		value         any
		kind, message string
	}{
		{nil, "panic", ""},
		{"told to", "string", "told to"},
		{42, "int", "42"},
		{2.5, "float64", "2.5"},
		{errors.New("odd"), "*errors.errorString", "odd"},
		{fmt.Errorf("wrapped: %w", errors.New("odd")), "*fmt.wrapError", "wrapped: odd"},
		{named(3), "trace.named", "three"},
		{mute{"s3cret"}, "trace.mute", ""},
		{breaking{}, "trace.breaking", ""},
		{(*breaking)(nil), "*trace.breaking", ""},
		{strings.Repeat("ä", 5000), "string", strings.Repeat("ä", longestPanic)},
	} {
		if kind, message := panicType(tt.value), panicMessage(tt.value); kind != tt.kind || message != tt.message {
			t.Errorf("%T: %q %q, want %q %q", tt.value, kind, message, tt.kind, tt.message)
		}
	}
}

// A span that a panic has left on the goroutine makes room for the one around it.
func TestReenter(t *testing.T) {
	outer, _ := Start(context.Background(), "outer", KindServer)
	Start(context.Background(), "left", KindInternal)
	outer.Reenter()
	if Current() != outer {
		t.Errorf("current is %v", Current())
	}
	outer.End()
	outer.Reenter()
	if Current() != nil {
		t.Errorf("current is %v", Current())
	}
}

func TestNoException(t *testing.T) {
	var none *Span
	none.RecordError(errors.New("odd"))
	none.LogError("event", errors.New("odd"), "")
	none.RecordPanic("event")
	none.RecordRecovered("event", "odd")
	none.Reenter()
	s, _ := Start(context.Background(), "ended", KindClient)
	s.End()
	s.RecordError(errors.New("odd"))
	s.LogError("event", nil, "")
	s.RecordPanic("event")
	s.RecordRecovered("event", "odd")
}
