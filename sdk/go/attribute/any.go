package attribute

import (
	"math"

	"go.weft.dev/sdk/internal/wire"
)

// More tags of AnyValue and of what it consists of.
const (
	tagMap   = 6<<3 | wire.Bytes // AnyValue.kvlist_value
	tagBytes = 7<<3 | wire.Bytes // AnyValue.bytes_value

	tagMapValues = 1<<3 | wire.Bytes // KeyValueList.values
	tagName      = 1<<3 | wire.Bytes // KeyValue.key
)

// Pair is an entry of a map, which is a value of its own kind (common/README.md).
type Pair struct {
	Name  string
	Value any
}

// deepest is how deep values are (common/README.md#configurable-parameters): arrays and
// maps that are deeper become empty values.
const deepest = 64

// Any returns an attribute with a value of any kind that OTLP knows: bool, int64,
// float64, string, []byte, a slice of those, []any or []Pair; nil is a value too.
// What is of another type is as nil.
func (k Key) Any(v any) Attribute {
	switch v := v.(type) {
	case string:
		return k.String(v)
	case int64:
		return k.Int(v)
	case bool:
		return k.Bool(v)
	case float64:
		return k.Float(v)
	case []string:
		return k.Strings(v)
	default:
		return k.text(kindEncoded, string(appendAny(nil, v, 0)))
	}
}

// appendAny appends the fields of an AnyValue.
func appendAny(b []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case bool:
		b = append(b, tagBool, 0)
		if v {
			b[len(b)-1] = 1
		}
		return b
	case int64:
		return wire.AppendVarint(append(b, tagInt), uint64(v))
	case float64:
		return wire.AppendFixed64(append(b, tagDouble), math.Float64bits(v))
	case string:
		return wire.AppendString(b, tagString, wire.UTF8(v))
	case []byte:
		return wire.AppendBytes(b, tagBytes, v)
	case []bool:
		return appendArray(b, v, depth)
	case []int64:
		return appendArray(b, v, depth)
	case []float64:
		return appendArray(b, v, depth)
	case []string:
		return appendArray(b, v, depth)
	case []any:
		return appendArray(b, v, depth)
	case []Pair:
		if depth == deepest {
			return b
		}
		var list []byte
		for _, p := range v {
			pair := wire.AppendString(nil, tagName, wire.UTF8(p.Name))
			pair = wire.AppendBytes(pair, tagValue, appendAny(nil, p.Value, depth+1))
			list = wire.AppendBytes(list, tagMapValues, pair)
		}
		return wire.AppendBytes(b, tagMap, list)
	}
	return b
}

func appendArray[T any](b []byte, values []T, depth int) []byte {
	if depth == deepest {
		return b
	}
	var array []byte
	for _, v := range values {
		array = wire.AppendBytes(array, tagArrayValues, appendAny(nil, v, depth+1))
	}
	return wire.AppendBytes(b, tagArray, array)
}

// appendEncoded appends a field (tag, length, KeyValue) with an encoded AnyValue.
func appendEncoded(b []byte, tag byte, k Key, value string) []byte {
	if k.IsZero() {
		return b
	}
	return append(open(b, tag, k.p, len(value)), value...)
}
