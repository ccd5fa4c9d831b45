package tracetest

import (
	"encoding/hex"
	"math"

	"go.weft.dev/sdk/internal/wire"
	"go.weft.dev/sdk/trace"
)

func fields(message []byte) func(yield func(wire.Field) bool) {
	return func(yield func(wire.Field) bool) {
		for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
			if !yield(f) {
				return
			}
		}
	}
}

// decodeSpan reads a Span (opentelemetry/proto/trace/v1/trace.proto).
func decodeSpan(message []byte) Span {
	s := Span{Attributes: map[string]any{}}
	for f := range fields(message) {
		switch f.Number {
		case 1:
			s.TraceID = hex.EncodeToString(f.Data)
		case 2:
			s.SpanID = hex.EncodeToString(f.Data)
		case 4:
			s.ParentID = hex.EncodeToString(f.Data)
		case 5:
			s.Name = string(f.Data)
		case 6:
			s.Kind = trace.Kind(f.Value)
		case 8:
			s.end = f.Value
		case 9:
			key, value := decodeAttribute(f.Data)
			s.Attributes[key] = value
		case 11:
			s.Events = append(s.Events, decodeEvent(f.Data))
		case 13:
			s.Links = append(s.Links, decodeLink(f.Data))
		case 15:
			for f := range fields(f.Data) {
				switch f.Number {
				case 2:
					s.StatusMessage = string(f.Data)
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

func decodeLink(message []byte) (l Link) {
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

// decodeAttribute reads a KeyValue (opentelemetry/proto/common/v1/common.proto).
func decodeAttribute(message []byte) (key string, value any) {
	for f := range fields(message) {
		switch f.Number {
		case 1:
			key = string(f.Data)
		case 2:
			value = decodeValue(f.Data)
		}
	}
	return key, value
}

// decodeValue reads an AnyValue.
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
			return math.Float64frombits(f.Value)
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
