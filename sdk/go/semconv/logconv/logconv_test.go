package logconv

import (
	"context"
	"testing"

	"go.weft.dev/sdk/trace"
)

func TestIDs(t *testing.T) {
	if span := SpanOf(context.Background()); span != nil {
		t.Errorf("got %v without a span", span)
	}
	span, ctx := trace.Start(context.Background(), "request", trace.KindServer)
	defer span.End()
	for _, ctx := range []context.Context{ctx, context.Background(), nil} {
		if got := SpanOf(ctx); got != span {
			t.Errorf("SpanOf(%v) = %v", ctx, got)
		}
	}
	want := IDs{span.TraceID().String(), span.SpanID().String()}
	if got := Of(span); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
