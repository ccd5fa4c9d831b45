package stdlog

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
)

// output does what (*Logger).output does once the hook has been called.
func output(l *log.Logger, header, message string) string {
	appendOutput := func(b []byte) []byte { return append(b, message...) }
	return string(beforeOutput(l, 0, appendOutput)([]byte(header)))
}

func TestBeforeOutput(t *testing.T) {
	l := log.New(&bytes.Buffer{}, "", 0)
	if got := output(l, "12:00 ", "hello\n"); got != "12:00 hello\n" {
		t.Errorf("without a span: %s", got)
	}
	s, _ := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	defer s.End()
	text := fmt.Sprintf(" trace_id=%s span_id=%s", s.TraceID(), s.SpanID())
	members := fmt.Sprintf(`"trace_id":"%s","span_id":"%s"`, s.TraceID(), s.SpanID())
	for _, test := range []struct{ header, message, want string }{
		{"12:00 ", "hello\n", "hello<text>\n"},
		{"12:00 ", "hello", "hello<text>"},
		{"", "", "<text>"},
		{"", "\n", "<text>\n"},
		{"", "windows\r\n", "windows<text>\r\n"},
		{"", "first\nsecond\n", "first<text>\nsecond\n"},
		{"", "mine trace_id=1\n", "mine trace_id=1\n"},
		{"", `{"a":1}` + "\n", `{"a":1,<members>}` + "\n"},
		{"", `{"a":{}}`, `{"a":{},<members>}`},
		{"", "{ }\n", "{ <members>}\n"},
		{"", `{"trace_id":"1"}`, `{"trace_id":"1"}`},
		{"", `{"a":{"trace_id":"1"}}`, `{"a":{"trace_id":"1"},<members>}`},
		{"12:00 ", `{"a":1}` + "\n", `{"a":1}<text>` + "\n"},
		{"", "{", "{<text>"},
	} {
		want := test.header + strings.NewReplacer("<text>", text, "<members>", members).Replace(test.want)
		if got := output(l, test.header, test.message); got != want {
			t.Errorf("%q: got %q, want %q", test.message, got, want)
		}
	}
}

func TestHandsOn(t *testing.T) {
	s, _ := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	defer s.End()
	l := slog.NewLogLogger(slog.NewTextHandler(&bytes.Buffer{}, nil), slog.LevelInfo)
	if got := output(l, "", "hello\n"); got != "hello\n" {
		t.Errorf("got %q", got)
	}
}
