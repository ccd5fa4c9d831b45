// Package tracetest shows tests the spans that code under test made.
//
//	func TestPost(t *testing.T) {
//		span, _ := beforePost("ledger.test", t.Context(), ledger.Entry{Account: "rent"})
//		afterPost(span, nil)
//		got := tracetest.One(t)
//		got.Check(t, map[string]any{"server.address": "ledger.test"})
//	}
//
// It is for test files only and never a part of a woven program. A test binary that
// imports it samples every span and sends no telemetry anywhere, whatever OTEL_*
// variables it was started with. Spans of a whole binary end up in one place, so tests
// that take them do not run in parallel.
package tracetest

import (
	"cmp"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/trace"
)

// The runtime reads the environment when it is first used, which is after this.
func init() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "OTEL_") {
			os.Unsetenv(name)
		}
	}
	os.Setenv("OTEL_TRACES_EXPORTER", "console")
	os.Setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
	os.Setenv("OTEL_PROPAGATORS", "tracecontext,baggage")
	// Nothing is shipped before a test takes it.
	os.Setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")
	os.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
	os.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1000000")
	os.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000000")
}

// A Span is a finished span. Identifiers are in hexadecimal.
type Span struct {
	Name          string
	Kind          trace.Kind
	TraceID       string
	SpanID        string
	ParentID      string // "" for a root
	Scope         string // the name of the instrumentation scope
	Attributes    map[string]any
	Events        []Event
	Links         []Link
	Status        trace.Status
	StatusMessage string

	end uint64
}

// An Event is one of a span. Like those of a span, its attributes are of the types
// string, bool, int64, float64 and []any.
type Event struct {
	Name       string
	Attributes map[string]any
}

// A Link is from a span to another one.
type Link struct{ TraceID, SpanID string }

// Take returns the spans that ended since it was last called, in that order.
func Take(t testing.TB) []Span {
	t.Helper()
	var spans []Span
	queue := export.Traces()
	for _, block := range queue.Take() {
		for item := range block.All {
			for f := range fields(item.Bytes) {
				span := decodeSpan(f.Data)
				span.Scope, _ = item.Scope.Identity()
				spans = append(spans, span)
			}
		}
		queue.Done(block.Items, block.Size())
	}
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Compare(a.end, b.end) })
	return spans
}

// Drop forgets the spans that ended, as a benchmark has to now and then.
func Drop() {
	queue := export.Traces()
	for _, block := range queue.Take() {
		queue.Done(block.Items, block.Size())
		queue.Recycle(block)
	}
}

// One returns the span that ended since it or Take was last called. It fails the test
// when that is not one.
func One(t testing.TB) Span {
	t.Helper()
	spans := Take(t)
	if len(spans) != 1 {
		t.Fatalf("%d spans ended, want one: %v", len(spans), spans)
	}
	return spans[0]
}

// Check compares some of the span's attributes and reports those that differ. A nil
// value stands for an attribute that must not be there; an int is compared as an int64.
func (s Span) Check(t testing.TB, want map[string]any) {
	t.Helper()
	for key, value := range want {
		if n, ok := value.(int); ok {
			value = int64(n)
		}
		if got := s.Attributes[key]; !reflect.DeepEqual(got, value) {
			t.Errorf("%s: %s is %#v, want %#v", s.Name, key, got, value)
		}
	}
}
