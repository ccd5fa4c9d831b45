package tracetest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

var (
	scope = trace.NewScope("ledger", "0.1.0")
	name  = attribute.NewKey("name")
	count = attribute.NewKey("count")
	ratio = attribute.NewKey("ratio")
	open  = attribute.NewKey("open")
	tags  = attribute.NewKey("tags")
	by    = attribute.NewKey("by")
)

func TestASpanIsShownAsItWasMade(t *testing.T) {
	outer, ctx := scope.Start(context.Background(), "outer", trace.KindServer)
	inner, _ := scope.Start(ctx, "inner", trace.KindClient)
	inner.SetString(name, "rent")
	inner.SetInt(count, 2)
	inner.SetFloat(ratio, 0.5)
	inner.SetBool(open, true)
	inner.SetStrings(tags, []string{"a", "b"})
	inner.AddEvent("paid", by.String("card"))
	inner.AddLink(outer.SpanContext())
	inner.SetError("refused")
	inner.End()
	outer.End()

	spans := tracetest.Take(t)
	if len(spans) != 2 || spans[0].Name != "inner" || spans[1].Name != "outer" {
		t.Fatalf("took %v", spans)
	}
	got, parent := spans[0], spans[1]
	if parent.ParentID != "" || got.ParentID != parent.SpanID || got.TraceID != parent.TraceID || got.TraceID != outer.TraceID().String() {
		t.Errorf("%+v is not the child of %+v", got, parent)
	}
	if got.Kind != trace.KindClient || got.Scope != "ledger" || got.Status != trace.StatusError || got.StatusMessage != "refused" {
		t.Errorf("got %+v", got)
	}
	got.Check(t, map[string]any{
		"name": "rent", "count": 2, "ratio": 0.5, "open": true, "tags": []any{"a", "b"}, "none": nil,
	})
	if want := []tracetest.Event{{Name: "paid", Attributes: map[string]any{"by": "card"}}}; !reflect.DeepEqual(got.Events, want) {
		t.Errorf("events %v, want %v", got.Events, want)
	}
	if want := []tracetest.Link{{TraceID: parent.TraceID, SpanID: parent.SpanID}}; !reflect.DeepEqual(got.Links, want) {
		t.Errorf("links %v, want %v", got.Links, want)
	}
	if spans := tracetest.Take(t); len(spans) != 0 {
		t.Errorf("took again %v", spans)
	}
}

// recorder keeps what a test would be told.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }

func TestCheckReportsEachAttributeThatDiffers(t *testing.T) {
	span := tracetest.Span{Attributes: map[string]any{"a": int64(1), "b": "x"}}
	r := &recorder{TB: t}
	span.Check(r, map[string]any{"a": "1", "b": nil, "c": 3})
	if r.errors != 3 {
		t.Errorf("%d errors, want 3", r.errors)
	}
}

// What the shell that starts the tests says of telemetry is nothing to them.
func TestTheEnvironmentIsLeftOut(t *testing.T) {
	if os.Getenv("TRACETEST_CHILD") == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), "TRACETEST_CHILD=1", "OTEL_SDK_DISABLED=true", "OTEL_TRACES_SAMPLER=always_off", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=0")
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatal(errors.Join(err, errors.New(string(out))))
		}
		return
	}
	span, _ := scope.Start(context.Background(), "sampled", trace.KindInternal)
	span.SetString(name, "kept")
	span.End()
	tracetest.One(t).Check(t, map[string]any{"name": "kept"})
}
