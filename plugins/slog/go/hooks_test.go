package slog

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.weft.dev/sdk/trace"
)

// span makes a span current for the rest of the test, and returns its ids as a text handler writes them.
func span(t *testing.T) (context.Context, string) {
	t.Helper()
	s, ctx := trace.Start(context.Background(), t.Name(), trace.KindInternal)
	t.Cleanup(s.End)
	return ctx, fmt.Sprintf("trace_id=%s span_id=%s", s.TraceID(), s.SpanID())
}

// written logs as Logger.log does once its arguments have passed the hook.
func written(l func(*bytes.Buffer) slog.Handler, ctx context.Context, args ...any) string {
	var out bytes.Buffer
	logger := slog.New(l(&out))
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
	logger := slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))
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

func TestBeforeAttrs(t *testing.T) {
	bare := slog.NewRecord(time.Time{}, slog.LevelInfo, "hello", 0)
	bare.AddAttrs(slog.Int("a", 1))
	var out bytes.Buffer
	if got := list(beforeAttrs(&out, ",", true, []string{"g"}, nil, bare)); got != "a=1" || out.Len() > 0 {
		t.Errorf("without a span: %s, %s", got, &out)
	}

	_, ids := span(t)
	s := trace.Current()
	ours := slog.NewRecord(time.Time{}, slog.LevelInfo, "hello", 0)
	ours.AddAttrs(slog.String("trace_id", s.TraceID().String()), slog.String("span_id", s.SpanID().String()), slog.Int("a", 1))
	own := bare.Clone()
	own.AddAttrs(slog.String("trace_id", "x"))
	raw := fmt.Sprintf(`,"trace_id":"%s","span_id":"%s"`, s.TraceID(), s.SpanID())

	for _, test := range []struct {
		name         string
		json         bool
		separator    string
		groups       []string
		preformatted string
		record       slog.Record
		attrs, out   string
	}{
		{"from the logger", true, ",", nil, "", ours, ids + " a=1", ""},
		{"from the logger, in a group", true, ",", []string{"g"}, "", ours, "a=1", raw},
		{"from the logger, in a group of text", false, " ", []string{"g"}, "", ours, "a=1", " " + ids},
		{"from elsewhere", true, ",", nil, "", bare, "a=1 " + ids, ""},
		{"from elsewhere, in a group", true, ",", []string{"g"}, `"b":1`, bare, "a=1", raw},
		{"nothing before the group", true, "", []string{"g"}, "", ours, ids + " a=1", ""},
		{"with a trace_id", true, ",", nil, `"trace_id":"x"`, ours, "a=1", ""},
		{"with a trace_id in text", false, " ", nil, `b=1 trace_id=x`, bare, "a=1", ""},
		{"with another key", false, " ", nil, `parent_trace_id=x`, ours, ids + " a=1", ""},
		{"trace_id of one's own", true, ",", []string{"g"}, "", own, "a=1 trace_id=x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			got := beforeAttrs(&out, test.separator, test.json, test.groups, []byte(test.preformatted), test.record)
			if list(got) != test.attrs || out.String() != test.out {
				t.Errorf("attributes %q, want %q\nwritten %q, want %q", list(got), test.attrs, &out, test.out)
			}
		})
	}
}

func list(r slog.Record) string {
	var attrs []string
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a.String())
		return true
	})
	return strings.Join(attrs, " ")
}
