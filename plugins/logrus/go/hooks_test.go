package logrus

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/sirupsen/logrus"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/trace"
)

// Records are wanted, and stay in the queue.
func init() {
	os.Setenv("OTEL_LOGS_EXPORTER", "console")
	os.Setenv("OTEL_BLRP_SCHEDULE_DELAY", "3600000")
}

func TestBeforeFireHooks(t *testing.T) {
	data := logrus.Fields{"a": 1}
	entry := &logrus.Entry{Data: data}
	if beforeFireHooks(entry); len(entry.Data) != 1 {
		t.Errorf("without a span: %v", entry.Data)
	}
	s, ctx := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	defer s.End()
	other, _ := trace.StartRemote(context.Background(), trace.SpanContext{}, "other trace", trace.KindServer)
	defer other.End()
	for _, test := range []struct {
		ctx  context.Context
		want string
	}{{ctx, s.TraceID().String()}, {nil, other.TraceID().String()}} {
		entry = &logrus.Entry{Data: data, Context: test.ctx}
		if beforeFireHooks(entry); entry.Data["trace_id"] != test.want || entry.Data["a"] != 1 || len(entry.Data) != 3 {
			t.Errorf("got %v, want trace %s", entry.Data, test.want)
		}
	}
	if len(data) != 1 {
		t.Errorf("the program's own fields are now %v", data)
	}
	own := &logrus.Entry{Data: logrus.Fields{"trace_id": "x"}}
	if beforeFireHooks(own); own.Data["trace_id"] != "x" || len(own.Data) != 1 {
		t.Errorf("got %v", own.Data)
	}
}

func TestBeforeWrite(t *testing.T) {
	before := export.LogStats().Queued
	beforeWrite(&logrus.Entry{Data: logrus.Fields{"a": errors.New("odd"), "b": func() {}}, Level: logrus.InfoLevel})
	if n := export.LogStats().Queued - before; n != 1 {
		t.Errorf("%d records", n)
	}
}

func TestSeverity(t *testing.T) {
	for level, want := range map[logrus.Level]log.Severity{
		logrus.TraceLevel: 1, logrus.DebugLevel: 5, logrus.InfoLevel: 9, logrus.WarnLevel: 13, logrus.ErrorLevel: 17,
		logrus.FatalLevel: 21, logrus.PanicLevel: 22, logrus.TraceLevel + 1: 1,
	} {
		if got := severity(level); got != want {
			t.Errorf("severity(%v) = %d, want %d", level, got, want)
		}
	}
}
