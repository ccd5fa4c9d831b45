//go:build go1.25

package lifecycle_test

import (
	"context"
	"os"
	"testing"
	"testing/synctest"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/trace"
)

// A program's first span may be in a testing/synctest bubble, which ends before it is
// shipped.
func TestFirstSpanInABubble(t *testing.T) {
	os.Setenv("OTEL_TRACES_EXPORTER", "console")
	synctest.Test(t, func(*testing.T) {
		s, _ := trace.Start(context.Background(), "one", trace.KindInternal)
		s.End()
	})
	lifecycle.Flush()
	if got, want := export.TraceStats(), (export.Stats{Exported: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
