// Package spantest shows tests the spans that the helpers made. A test binary that imports it ships
// none.
package spantest

import (
	"fmt"
	"math"
	"os"
	"testing"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/wire"
	"go.weft.dev/sdk/trace"
)

func init() {
	os.Setenv("OTEL_TRACES_EXPORTER", "console")
	os.Setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
	os.Setenv("OTEL_PROPAGATORS", "tracecontext,baggage")
	// Nothing is shipped before a test takes it.
	os.Setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")
	os.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
	os.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1000000")
	os.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000000")
}

// A Span is a finished span. Its attributes are strings, int64, bool and float64.
type Span struct {
	Name       string
	Kind       trace.Kind
	Trace, ID  string
	Parent     string
	Attributes map[string]any
	Status     trace.Status
	Message    string
	Events     []Event
}

// An Event is one of a span.
type Event struct {
	Name       string
	Attributes map[string]any
}

// Take returns the spans that ended since the last call.
func Take(t testing.TB) []Span {
	t.Helper()
	var spans []Span
	queue := export.Traces()
	for _, chunk := range queue.Take() {
		for f := range fields(chunk.Bytes) {
			spans = append(spans, decode(f.Data))
		}
		queue.Done(chunk.Items, len(chunk.Bytes))
	}
	return spans
}

// Drop empties the queue, as a benchmark has to now and then.
func Drop() {
	queue := export.Traces()
	for _, chunk := range queue.Take() {
		queue.Done(chunk.Items, len(chunk.Bytes))
		queue.Recycle(chunk)
	}
}

// One returns the span that ended since the last call of it or Take.
func One(t testing.TB) Span {
	t.Helper()
	spans := Take(t)
	if len(spans) != 1 {
		t.Fatalf("%d spans ended, want one: %v", len(spans), spans)
	}
	return spans[0]
}

// Check compares attributes; a nil value stands for one that must not be there.
func (s Span) Check(t testing.TB, want map[string]any) {
	t.Helper()
	for key, value := range want {
		if n, ok := value.(int); ok {
			value = int64(n)
		}
		if got := s.Attributes[key]; got != value {
			t.Errorf("%s: %s is %#v, want %#v", s.Name, key, got, value)
		}
	}
}

func fields(message []byte) func(yield func(wire.Field) bool) {
	return func(yield func(wire.Field) bool) {
		for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
			if !yield(f) {
				return
			}
		}
	}
}

// decode reads a Span (opentelemetry/proto/trace/v1/trace.proto).
func decode(message []byte) Span {
	s := Span{Attributes: map[string]any{}}
	for f := range fields(message) {
		switch f.Number {
		case 1:
			s.Trace = fmt.Sprintf("%x", f.Data)
		case 2:
			s.ID = fmt.Sprintf("%x", f.Data)
		case 4:
			s.Parent = fmt.Sprintf("%x", f.Data)
		case 5:
			s.Name = string(f.Data)
		case 6:
			s.Kind = trace.Kind(f.Value)
		case 9:
			key, value := decodeAttribute(f.Data)
			s.Attributes[key] = value
		case 11:
			s.Events = append(s.Events, decodeEvent(f.Data))
		case 15:
			for f := range fields(f.Data) {
				switch f.Number {
				case 2:
					s.Message = string(f.Data)
				case 3:
					s.Status = trace.Status(f.Value)
				}
			}
		}
	}
	return s
}

func decodeEvent(message []byte) Event {
	e := Event{Attributes: map[string]any{}}
	for f := range fields(message) {
		switch f.Number {
		case 2:
			e.Name = string(f.Data)
		case 3:
			key, value := decodeAttribute(f.Data)
			e.Attributes[key] = value
		}
	}
	return e
}

func decodeAttribute(message []byte) (key string, value any) {
	for f := range fields(message) {
		if f.Number == 1 {
			key = string(f.Data)
			continue
		}
		for f := range fields(f.Data) {
			switch f.Number {
			case 1:
				value = string(f.Data)
			case 2:
				value = f.Value != 0
			case 3:
				value = int64(f.Value)
			case 4:
				value = math.Float64frombits(f.Value)
			}
		}
	}
	return key, value
}
