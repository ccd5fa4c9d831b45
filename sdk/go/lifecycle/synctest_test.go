//go:build go1.25

package lifecycle_test

import (
	"context"
	"os"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/trace"
)

// What is made in a bubble is shipped without a flush, however little else the program does.
func TestBubbleIsShipped(t *testing.T) {
	os.Setenv("OTEL_TRACES_EXPORTER", "console")
	os.Setenv("OTEL_BSP_SCHEDULE_DELAY", "1")
	before := export.TraceStats()
	synctest.Test(t, func(*testing.T) {
		for range 3 {
			s, _ := trace.Start(context.Background(), "bubbled", trace.KindInternal)
			s.End()
		}
	})
	for export.TraceStats().Exported < before.Exported+3 { // a test that waits for ever fails
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

// A program's first span may be in a testing/synctest bubble, which ends before it is
// shipped.
func TestFirstSpanInABubble(t *testing.T) {
	os.Setenv("OTEL_TRACES_EXPORTER", "console")
	before := export.TraceStats()
	synctest.Test(t, func(*testing.T) {
		s, _ := trace.Start(context.Background(), "one", trace.KindInternal)
		s.End()
	})
	lifecycle.Flush()
	if got, want := export.TraceStats(), (export.Stats{Exported: before.Exported + 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
