package slog

import (
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
)

// buffer is what the library's handlers write to.
type buffer []byte

// ended returns a line as it is once its end has passed the hook.
func ended(line string, groups ...string) string {
	b := buffer(line)
	if token := beforeAttrs(&b, groups); token != nil {
		afterAttrs(token)
	}
	return string(b)
}

func TestAfterAttrs(t *testing.T) {
	if got := ended(`{"a":1}`); got != `{"a":1}` {
		t.Errorf("without a span: %s", got)
	}
	_, text := span(t)
	s := trace.Current()
	json := `"trace_id":"` + s.TraceID().String() + `","span_id":"` + s.SpanID().String() + `"`
	inGroup := strings.ReplaceAll(strings.ReplaceAll(text, "trace_id", "g.trace_id"), "span_id", "g.span_id")
	g := []string{"g"}
	for _, test := range []struct {
		name       string
		groups     []string
		line, want string
	}{
		{"JSON", nil, `{"a":1}`, `{"a":1,` + json + `}`},
		{"empty JSON", nil, `{}`, `{` + json + `}`},
		{"text", nil, `a=1`, `a=1 ` + text},
		{"empty text", nil, ``, text},
		{"no line", nil, `{`, `{`},
		{"JSON with ids", nil, `{` + json + `,"a":1}`, `{` + json + `,"a":1}`},
		{"text with ids", nil, text + ` a=1`, text + ` a=1`},
		{"JSON with a group", g, `{"b":1,"g":{"a":2}}`, `{"b":1,"g":{"a":2},` + json + `}`},
		{"text with a group", g, `b=1 g.a=2`, `b=1 g.a=2 ` + text},
		{"ids in a group", g, `{"g":{` + json + `,"a":2}}`, `{"g":{"a":2},` + json + `}`},
		{"ids after others in a group", g, `{"g":{"a":2,` + json + `}}`, `{"g":{"a":2},` + json + `}`},
		{"nothing but ids in a group", g, `{"b":1,"g":{` + json + `}}`, `{"b":1,` + json + `}`},
		{"nothing but ids in groups", []string{"g", `,"`}, `{"g":{",\":{":{` + json + `}}}`, `{` + json + `}`},
		{"nothing but ids in one group of two", []string{"g", "h"}, `{"g":{"a":{},"h":{` + json + `}}}`, `{"g":{"a":{}},` + json + `}`},
		{"ids in a group of text", g, `b=1 ` + inGroup + ` g.a=2`, `b=1 g.a=2 ` + text},
		{"ids at the end of a group of text", g, `g.a=2 ` + inGroup, `g.a=2 ` + text},
		{"a trace_id", nil, `{"trace_id":"x"}`, `{"trace_id":"x"}`},
		{"a trace_id in text", nil, `a=1 trace_id=x`, `a=1 trace_id=x`},
		{"a trace_id in a group", g, `{"g":{"trace_id":"x"}}`, `{"g":{"trace_id":"x"}}`},
		{"a trace_id in a group of text", g, `g.trace_id=x`, `g.trace_id=x`},
		{"a trace_id and ids", nil, `{"trace_id":"x",` + json + `,"a":1}`, `{"trace_id":"x","a":1}`},
		{"a trace_id and ids in text", nil, `trace_id=x ` + text + ` a=1`, `trace_id=x a=1`},
		{"the same ids twice", nil, `{` + json + `,` + json + `}`, `{` + json + `}`},
		{"the same ids twice in text", nil, text + ` ` + text, text},
		{"a trace_id in a value", nil, `{"a":{"trace_id":"x"}}`, `{"a":{"trace_id":"x"},` + json + `}`},
		{"a trace_id in a string", nil, `{"a":",\"trace_id\":"}`, `{"a":",\"trace_id\":",` + json + `}`},
		{"a trace_id in a string of text", nil, `a="\" trace_id=x"`, `a="\" trace_id=x" ` + text},
		{"a trace_id in another key", nil, `{"parent_trace_id":"x"}`, `{"parent_trace_id":"x",` + json + `}`},
		{"a trace_id in another key of text", nil, `parent_trace_id=x`, `parent_trace_id=x ` + text},
		{"a line that does not end", nil, `{"trace_id`, `{"trace_id`},
		{"ids cut short", nil, text[:60], text[:60]},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ended(test.line, test.groups...); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	outside := make(chan string)
	go func() {
		trace.Detach()
		outside <- ended(`{"g":{`+json+`}}`, "g")
	}()
	if got := <-outside; got != `{`+json+`}` {
		t.Errorf("with ids in a group and without a span: %s", got)
	}
}

// What is no buffer is left alone.
func TestAfterAttrsOfSomethingElse(t *testing.T) {
	span(t)
	for _, line := range []any{nil, 1, new(int), "text"} {
		if token := beforeAttrs(line, nil); token != nil {
			afterAttrs(token)
		}
	}
}
