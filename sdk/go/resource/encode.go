package resource

import (
	"maps"
	"math"
	"slices"

	"go.weft.dev/sdk/internal/wire"
)

// encode returns the attributes as fields of a Resource message, in the order of
// their names.
func encode(a attributes) []byte {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(a)) {
		pair := wire.AppendString(nil, 1<<3|wire.Bytes, wire.UTF8(name))
		pair = wire.AppendBytes(pair, 2<<3|wire.Bytes, anyValue(a[name]))
		b = wire.AppendBytes(b, 1<<3|wire.Bytes, pair)
	}
	return b
}

// anyValue returns v as an AnyValue message (opentelemetry/proto/common/v1).
func anyValue(v any) []byte {
	switch v := v.(type) {
	case string:
		return wire.AppendString(nil, 1<<3|wire.Bytes, wire.UTF8(v))
	case bool:
		b := []byte{2<<3 | wire.Varint, 0}
		if v {
			b[1] = 1
		}
		return b
	case int64:
		return wire.AppendVarint([]byte{3<<3 | wire.Varint}, uint64(v))
	case float64:
		return wire.AppendFixed64([]byte{4<<3 | wire.Fixed64}, math.Float64bits(v))
	case []string:
		return arrayValue(v)
	case []bool:
		return arrayValue(v)
	case []int64:
		return arrayValue(v)
	case []float64:
		return arrayValue(v)
	default:
		return nil
	}
}

func arrayValue[T any](values []T) []byte {
	var array []byte
	for _, v := range values {
		array = wire.AppendBytes(array, 1<<3|wire.Bytes, anyValue(v))
	}
	return wire.AppendBytes(nil, 5<<3|wire.Bytes, array)
}
