package zerolog

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/trace"
)

// Records are wanted, and stay in the queue.
func init() {
	os.Setenv("OTEL_LOGS_EXPORTER", "console")
	os.Setenv("OTEL_BLRP_SCHEDULE_DELAY", "3600000")
}

// written logs as a woven Event does. text is what the event holds.
func written(text string) string {
	var out bytes.Buffer
	l := zerolog.New(&out)
	e := l.Info()
	beforeWrite(e, zerolog.InfoLevel, []byte(text))
	e.Msg("hello")
	return out.String()
}

func TestBeforeWrite(t *testing.T) {
	if got := written(`{"level":"info"`); strings.Contains(got, "trace_id") {
		t.Errorf("without a span: %s", got)
	}
	s, _ := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	defer s.End()
	ids := fmt.Sprintf(`"trace_id":"%s","span_id":"%s"`, s.TraceID(), s.SpanID())
	for text, want := range map[string]bool{
		`{"level":"info"`:                        true,
		`{"level":"info","a":{"trace_id":"x"}`:   true,
		`{"level":"info","trace_id":"x"`:         false,
		`{`:                                      true,
		"\xbf\x68trace_id\x61x":                  false,
		"\xbf\x67message\x6bno trace_id":         true,
		`{"level":"info","message":"a \"b\" \n"`: true,
	} {
		before := export.LogStats().Queued
		if got := written(text); strings.Contains(got, ids) != want {
			t.Errorf("%q: got %s", text, got)
		}
		if n := export.LogStats().Queued - before; n != 1 {
			t.Errorf("%q: %d records", text, n)
		}
	}
	before := export.LogStats().Queued
	beforeWrite(nil, zerolog.InfoLevel, nil)
	beforeWrite(&zerolog.Event{}, zerolog.Disabled, nil)
	if n := export.LogStats().Queued - before; n != 0 {
		t.Errorf("%d records of events that are not written", n)
	}
}

func TestSeverity(t *testing.T) {
	for level, want := range map[zerolog.Level]log.Severity{
		zerolog.DebugLevel: 5, zerolog.InfoLevel: 9, zerolog.WarnLevel: 13, zerolog.ErrorLevel: 17,
		zerolog.FatalLevel: 21, zerolog.PanicLevel: 22, zerolog.NoLevel: 0,
	} {
		if got := severity(level); got != want {
			t.Errorf("severity(%v) = %d, want %d", level, got, want)
		}
	}
}
