package zap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/trace"
)

// Records are wanted, and stay in the queue.
func init() {
	os.Setenv("OTEL_LOGS_EXPORTER", "console")
	os.Setenv("OTEL_BLRP_SCHEDULE_DELAY", "3600000")
}

func entry() *zapcore.CheckedEntry { return &zapcore.CheckedEntry{} }

func span(t *testing.T) (*trace.Span, string) {
	s, _ := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	t.Cleanup(s.End)
	return s, fmt.Sprintf(`"trace_id":"%s","span_id":"%s"`, s.TraceID(), s.SpanID())
}

// line encodes an entry as the woven encoder does. with is what the logger carries, and context that as
// the encoder knows it.
func line(t *testing.T, with []zapcore.Field, context string, namespaces int, fields ...zapcore.Field) string {
	t.Helper()
	_, fields = beforeWrite(entry(), fields)
	encoder := zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "msg"})
	for _, field := range with {
		field.AddTo(encoder)
	}
	pool := buffer.NewPool()
	known := pool.Get()
	known.AppendString(context)
	m, fields := beforeJSON(known, namespaces, zapcore.Entry{}, fields)
	out, err := encoder.EncodeEntry(zapcore.Entry{Message: "hello"}, fields)
	if err != nil {
		t.Fatal(err)
	}
	if m != nil {
		afterJSON(m, out)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestOutsideOfSpans(t *testing.T) {
	if got := line(t, nil, "", 0, zap.Int("a", 1)); got != `{"msg":"hello","a":1}` {
		t.Errorf("got %s", got)
	}
	span(t)
	if m, got := beforeWrite(nil, nil); m != nil || got != nil {
		t.Errorf("an entry that is not wanted: %v %v", m, got)
	}
}

func TestJSON(t *testing.T) {
	_, ids := span(t)
	for _, test := range []struct {
		name       string
		with       []zapcore.Field
		context    string
		namespaces int
		fields     []zapcore.Field
		want       string
	}{
		{"fields", nil, "", 0, []zapcore.Field{zap.Int("a", 1)}, `{"msg":"hello",<ids>,"a":1}`},
		{"none", nil, "", 0, nil, `{"msg":"hello",<ids>}`},
		{"namespace in the fields", nil, "", 0, []zapcore.Field{zap.Namespace("n"), zap.Int("a", 1)}, `{"msg":"hello",<ids>,"n":{"a":1}}`},
		{"trace_id of one's own", nil, "", 0, []zapcore.Field{zap.String("trace_id", "x")}, `{"msg":"hello","trace_id":"x"}`},
		{"trace_id of the logger", []zapcore.Field{zap.String("trace_id", "x")}, `"trace_id":"x"`, 0,
			[]zapcore.Field{zap.Int("a", 1)}, `{"msg":"hello","trace_id":"x","a":1}`},
		{"namespace of the logger", []zapcore.Field{zap.Namespace("n"), zap.Int("b", 2)}, `"n":{"b":2`, 1,
			[]zapcore.Field{zap.Int("a", 1)}, `{"msg":"hello","n":{"b":2,"a":1},<ids>}`},
		{"trace_id in a namespace", []zapcore.Field{zap.Namespace("n"), zap.String("trace_id", "x")}, `"n":{"trace_id":"x"`, 1,
			nil, `{"msg":"hello","n":{"trace_id":"x"},<ids>}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := strings.ReplaceAll(test.want, "<ids>", ids)
			if got := line(t, test.with, test.context, test.namespaces, test.fields...); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestContextOfText(t *testing.T) {
	_, ids := span(t)
	_, marked := beforeWrite(entry(), []zapcore.Field{zap.Int("a", 1)})
	out := buffer.NewPool().Get()
	out.AppendString("hello\t")
	if c, fields := beforeContext(0, out, marked); c != nil || len(fields) != 4 {
		t.Errorf("got %v %v", c, fields)
	}
	c, fields := beforeContext(1, out, marked)
	if len(fields) != 1 {
		t.Fatalf("got %v", fields)
	}
	out.AppendString(`{"n":{"a":1}}`)
	afterContext(c)
	if want := "hello\t" + `{"n":{"a":1},` + ids + "}"; out.String() != want {
		t.Errorf("got %s, want %s", out, want)
	}
}

func TestUnmarkedFields(t *testing.T) {
	span(t)
	fields := []zapcore.Field{zap.Int("a", 1), zap.Skip(), zap.Any("b", &mark{})}
	if m, got := beforeJSON(buffer.NewPool().Get(), 1, zapcore.Entry{}, fields); m != nil || len(got) != 3 {
		t.Errorf("got %v %v", m, got)
	}
}

func TestEmittedOnce(t *testing.T) {
	before := export.LogStats().Queued
	m, fields := beforeWrite(entry(), []zapcore.Field{zap.Int("a", 1)})
	context := buffer.NewPool().Get()
	beforeConsole(context, zapcore.Entry{}, fields)
	beforeJSON(context, 0, zapcore.Entry{}, fields)
	afterWrite(m)
	if n := export.LogStats().Queued - before; n != 1 {
		t.Errorf("%d records of an entry that two cores write", n)
	}
	m, _ = beforeWrite(entry(), nil)
	afterWrite(m)
	if n := export.LogStats().Queued - before; n != 2 {
		t.Error("no record of an entry that a core of the program's own writes")
	}
}

func TestSeverity(t *testing.T) {
	for level, want := range map[zapcore.Level]log.Severity{
		zapcore.DebugLevel - 1: 1, zapcore.DebugLevel: 5, zapcore.InfoLevel: 9, zapcore.WarnLevel: 13,
		zapcore.ErrorLevel: 17, zapcore.DPanicLevel: 18, zapcore.PanicLevel: 19, zapcore.FatalLevel: 21,
	} {
		if got := severity(level); got != want {
			t.Errorf("severity(%v) = %d, want %d", level, got, want)
		}
	}
}

// Fields of every type must be added without a panic, even odd ones.
func TestAdd(t *testing.T) {
	for _, field := range []zapcore.Field{
		zap.Any("a", map[string]any{"b": 1}), zap.Time("a", time.Now()), zap.Complex128("a", 1i), zap.Binary("a", []byte{1}),
		zap.Strings("a", []string{"b"}), zap.Error(errors.New("odd")), zap.Error(nil), zap.Stringer("a", &bytes.Buffer{}),
		zap.Reflect("a", make(chan int)), zap.Duration("a", 1), zap.ByteString("a", []byte("b")), zap.Float32("a", 1),
	} {
		r := logger.Begin()
		add(r, &field)
		r.Discard()
	}
}
