package export

import (
	"encoding/hex"
	"iter"
	"math"
	"time"

	"go.weft.dev/sdk/internal/wire"
)

// consoleSpan is a span as a person wants to read it. Maps are written with sorted
// keys.
type consoleSpan struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	TraceID    string         `json:"traceId"`
	SpanID     string         `json:"spanId"`
	ParentID   string         `json:"parentSpanId,omitempty"`
	State      string         `json:"traceState,omitempty"`
	Start      string         `json:"start"`
	Duration   string         `json:"duration"`
	Status     string         `json:"status,omitempty"`
	Message    string         `json:"statusMessage,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
	Events     []consoleEvent `json:"events,omitempty"`
	Links      []consoleLink  `json:"links,omitempty"`
	Scope      string         `json:"scope"`
	Service    any            `json:"service"`
}

type consoleEvent struct {
	Name       string         `json:"name"`
	Time       string         `json:"time"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

type consoleLink struct {
	TraceID    string         `json:"traceId"`
	SpanID     string         `json:"spanId"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// fields yields the fields of a message.
func fields(message []byte) iter.Seq[wire.Field] {
	return func(yield func(wire.Field) bool) {
		for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
			if !yield(f) {
				return
			}
		}
	}
}

// decodeSpans yields the spans of an ExportTraceServiceRequest.
func decodeSpans(request []byte) iter.Seq[consoleSpan] {
	return func(yield func(consoleSpan) bool) {
		for resourceSpans := range fields(request) {
			var service any
			for f := range fields(resourceSpans.Data) {
				switch f.Number {
				case 1:
					service = decodeAttributes(f.Data, 1)["service.name"]
				case 2:
					if !decodeScopeSpans(f.Data, service, yield) {
						return
					}
				}
			}
		}
	}
}

func decodeScopeSpans(message []byte, service any, yield func(consoleSpan) bool) bool {
	scope := ""
	for f := range fields(message) {
		switch f.Number {
		case 1:
			for f := range fields(f.Data) {
				if f.Number == 1 {
					scope = string(f.Data)
				}
			}
		case 2:
			s := decodeSpan(f.Data)
			s.Scope, s.Service = scope, service
			if !yield(s) {
				return false
			}
		}
	}
	return true
}

func decodeSpan(message []byte) consoleSpan {
	kinds := [...]string{"unspecified", "internal", "server", "client", "producer", "consumer"}
	s := consoleSpan{Kind: kinds[0], Attributes: decodeAttributes(message, 9)}
	var start, end uint64
	for f := range fields(message) {
		switch f.Number {
		case 1:
			s.TraceID = hex.EncodeToString(f.Data)
		case 2:
			s.SpanID = hex.EncodeToString(f.Data)
		case 3:
			s.State = string(f.Data)
		case 4:
			s.ParentID = hex.EncodeToString(f.Data)
		case 5:
			s.Name = string(f.Data)
		case 6:
			if f.Value < uint64(len(kinds)) {
				s.Kind = kinds[f.Value]
			}
		case 7:
			start = f.Value
		case 8:
			end = f.Value
		case 11:
			s.Events = append(s.Events, decodeEvent(f.Data))
		case 13:
			s.Links = append(s.Links, decodeLink(f.Data))
		case 15:
			s.Status, s.Message = decodeStatus(f.Data)
		}
	}
	s.Start = timestamp(start)
	s.Duration = time.Duration(end - start).String()
	return s
}

func timestamp(nanos uint64) string {
	return time.Unix(0, int64(nanos)).UTC().Format(time.RFC3339Nano)
}

func decodeStatus(message []byte) (status, description string) {
	for f := range fields(message) {
		switch {
		case f.Number == 2:
			description = string(f.Data)
		case f.Number == 3 && f.Value == 1:
			status = "ok"
		case f.Number == 3 && f.Value == 2:
			status = "error"
		}
	}
	return status, description
}

func decodeEvent(message []byte) consoleEvent {
	e := consoleEvent{Attributes: decodeAttributes(message, 3)}
	for f := range fields(message) {
		switch f.Number {
		case 1:
			e.Time = timestamp(f.Value)
		case 2:
			e.Name = string(f.Data)
		}
	}
	return e
}

func decodeLink(message []byte) consoleLink {
	l := consoleLink{Attributes: decodeAttributes(message, 4)}
	for f := range fields(message) {
		switch f.Number {
		case 1:
			l.TraceID = hex.EncodeToString(f.Data)
		case 2:
			l.SpanID = hex.EncodeToString(f.Data)
		}
	}
	return l
}

// decodeAttributes returns the KeyValue messages in field number of message.
func decodeAttributes(message []byte, number int) map[string]any {
	var attributes map[string]any
	for f := range fields(message) {
		if f.Number != number || f.Type != wire.Bytes {
			continue
		}
		key, value := "", any(nil)
		for f := range fields(f.Data) {
			switch f.Number {
			case 1:
				key = string(f.Data)
			case 2:
				value = decodeValue(f.Data)
			}
		}
		if attributes == nil {
			attributes = make(map[string]any)
		}
		attributes[key] = value
	}
	return attributes
}

// decodeValue returns the value of an AnyValue of the types that are written.
func decodeValue(message []byte) any {
	for f := range fields(message) {
		switch f.Number {
		case 1:
			return string(f.Data)
		case 2:
			return f.Value != 0
		case 3:
			return int64(f.Value)
		case 4:
			v := math.Float64frombits(f.Value)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil // JSON has no such numbers
			}
			return v
		case 5:
			values := []any{}
			for f := range fields(f.Data) {
				values = append(values, decodeValue(f.Data))
			}
			return values
		}
	}
	return nil
}
