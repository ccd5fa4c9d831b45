package metric

import (
	"bytes"
	"slices"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/wire"
)

// tagAttribute is the tag of encoded attributes until they become part of a data
// point, each type of which has its own.
const tagAttribute = 1<<3 | wire.Bytes

func appendAttributes(b []byte, attributes []attribute.Attribute) []byte {
	for i := range attributes {
		b = attributes[i].Append(b, tagAttribute)
	}
	return b
}

// keyValue is one encoded attribute.
type keyValue struct {
	key   []byte
	field []byte // tag, length, KeyValue
}

// canonical returns encoded attributes in the order of their keys, of which the
// last value counts: what identifies a series (common/README.md#attribute-collections).
func canonical(raw []byte) []byte {
	var list []keyValue
	for f, rest, ok := wire.Next(raw); ok; f, rest, ok = wire.Next(raw) {
		key, _, _ := wire.Next(f.Data)
		list = append(list, keyValue{key.Data, raw[:len(raw)-len(rest)]})
		raw = rest
	}
	slices.SortStableFunc(list, func(a, b keyValue) int { return bytes.Compare(a.key, b.key) })
	var b []byte
	for i, kv := range list {
		if i+1 == len(list) || !bytes.Equal(kv.key, list[i+1].key) {
			b = append(b, kv.field...)
		}
	}
	return b
}

// appendRetagged appends encoded attributes as fields with another tag.
func appendRetagged(b, attributes []byte, tag byte) []byte {
	for len(attributes) > 0 {
		_, rest, ok := wire.Next(attributes)
		if !ok {
			break
		}
		start := len(b)
		b = append(b, attributes[:len(attributes)-len(rest)]...)
		b[start] = tag
		attributes = rest
	}
	return b
}

// overflowing are the attributes of what there is no series of its own for
// (metrics/sdk.md#overflow-attribute).
func overflowing() []byte {
	return attribute.AppendBool(nil, tagAttribute, attribute.NewKey("otel.metric.overflow"), true)
}
