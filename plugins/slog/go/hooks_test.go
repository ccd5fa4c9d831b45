package slog

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
)

// span makes a span current for the rest of the test, and returns its ids as a text handler writes them.
func span(t *testing.T) (context.Context, string) {
	t.Helper()
	s, ctx := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	t.Cleanup(s.End)
	return ctx, fmt.Sprintf("trace_id=%s span_id=%s", s.TraceID(), s.SpanID())
}

// written logs as Logger.log does once its arguments have passed the hook, by a handler that wraps l.
func written(l func(*bytes.Buffer) slog.Handler, ctx context.Context, args ...any) string {
	var out bytes.Buffer
	logger := slog.New(struct{ slog.Handler }{l(&out)})
	logger.Info("hello", beforeLog(logger, ctx, slog.LevelInfo, "hello", args)...)
	return out.String()
}

func text(out *bytes.Buffer) slog.Handler { return slog.NewTextHandler(out, nil) }

func TestBeforeLog(t *testing.T) {
	if got := written(text, context.Background(), "a", 1); strings.Contains(got, "trace_id") {
		t.Errorf("without a span: %s", got)
	}
	ctx, ids := span(t)
	other, _ := trace.StartRemote(context.Background(), trace.SpanContext{}, "other trace", trace.KindServer)
	defer other.End()
	for _, test := range []struct {
		name string
		ctx  context.Context
		args []any
		want string
	}{
		{"pair", ctx, []any{"a", 1}, ids + " a=1"},
		{"attribute", ctx, []any{slog.Int("a", 1)}, ids + " a=1"},
		{"key without a value", ctx, []any{"a"}, ids + " !BADKEY=a"},
		{"value that looks like a key", ctx, []any{"a", "trace_id"}, ids + " a=trace_id"},
		{"trace_id of one's own", ctx, []any{"a", 1, "trace_id", "x"}, "a=1 trace_id=x"},
		{"trace_id of one's own as attribute", ctx, []any{slog.String("trace_id", "x")}, "trace_id=x"},
		{"nothing in the context", context.Background(), nil,
			fmt.Sprintf("trace_id=%s span_id=%s", other.TraceID(), other.SpanID())},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := written(text, test.ctx, test.args...); !strings.HasSuffix(got, "msg=hello "+test.want+"\n") {
				t.Errorf("got %s want %s", got, test.want)
			}
		})
	}
}

func TestBeforeLogLeavesTheArgumentsAlone(t *testing.T) {
	ctx, _ := span(t)
	args := append(make([]any, 0, 8), "a", 1)
	beforeLog(slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil)), ctx, slog.LevelInfo, "", args)
	if args[0] != "a" || args[:3][2] != nil {
		t.Errorf("the caller's array is now %v", args[:3])
	}
	if got := beforeLog(slog.Default(), ctx, slog.LevelDebug-4, "", args); &got[0] != &args[0] {
		t.Error("ids were made for a record that is not wanted")
	}
}

func TestBeforeLogAttrs(t *testing.T) {
	ctx, ids := span(t)
	logger := slog.New(struct{ slog.Handler }{slog.NewTextHandler(&bytes.Buffer{}, nil)})
	got := beforeLogAttrs(logger, ctx, slog.LevelInfo, "", []slog.Attr{slog.Int("a", 1)})
	if want := "[" + ids + " a=1]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	own := []slog.Attr{slog.String("trace_id", "x")}
	if got := beforeLogAttrs(logger, ctx, slog.LevelInfo, "", own); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestBeforeNewHandler(t *testing.T) {
	defer known.Store(nil)
	beforeNewHandler(nil)
	beforeNewHandler(&slog.HandlerOptions{})
	if n := len(replacers()); n != 0 {
		t.Errorf("%d functions", n)
	}
	for range 3 {
		beforeNewHandler(&slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a }})
	}
	beforeNewHandler(&slog.HandlerOptions{ReplaceAttr: func([]string, slog.Attr) slog.Attr { return slog.Attr{} }})
	if n := len(replacers()); n != 2 {
		t.Errorf("%d functions, want each once", n)
	}
}

// A line that a handler of the library's writes needs no ids in its arguments.
func TestBeforeLogLeavesIDsToTheLine(t *testing.T) {
	ctx, _ := span(t)
	args := []any{"a", 1}
	logger := slog.New(slog.NewJSONHandler(&bytes.Buffer{}, nil))
	if got := beforeLog(logger, ctx, slog.LevelInfo, "", args); &got[0] != &args[0] {
		t.Errorf("got %v", got)
	}
	custom := slog.New(struct{ slog.Handler }{logger.Handler()})
	if got := beforeLog(custom, ctx, slog.LevelInfo, "", args); len(got) != 6 {
		t.Errorf("got %v with a handler of the program's own", got)
	}
	other, _ := trace.StartRemote(context.Background(), trace.SpanContext{}, "other trace", trace.KindServer)
	defer other.End()
	if got := beforeLog(logger, ctx, slog.LevelInfo, "", args); len(got) != 6 {
		t.Errorf("got %v with a context that carries another span than the goroutine", got)
	}
	other.End()
	defer known.Store(nil)
	beforeNewHandler(&slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a }})
	if got := beforeLog(logger, ctx, slog.LevelInfo, "", args); len(got) != 6 {
		t.Errorf("got %v with a ReplaceAttr", got)
	}
}
