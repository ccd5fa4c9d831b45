package attribute

import (
	"math"

	"go.weft.dev/sdk/internal/wire"
)

// Tags of the oneof in AnyValue (opentelemetry/proto/common/v1/common.proto).
const (
	tagString = 1<<3 | wire.Bytes
	tagBool   = 2<<3 | wire.Varint
	tagInt    = 3<<3 | wire.Varint
	tagDouble = 4<<3 | wire.Fixed64
	tagArray  = 5<<3 | wire.Bytes

	tagValue       = 2<<3 | wire.Bytes // KeyValue.value
	tagArrayValues = 1<<3 | wire.Bytes // ArrayValue.values
)

// open appends the tag and length of a field holding a KeyValue, its key, and
// the tag and length of an AnyValue of size bytes.
func open(b []byte, tag byte, k *key, size int) []byte {
	b = append(b, tag)
	b = wire.AppendVarint(b, uint64(len(k.encoded)+wire.SizeBytes(size)))
	b = append(b, k.encoded...)
	b = append(b, tagValue)
	return wire.AppendVarint(b, uint64(size))
}

// AppendString appends a field (tag, length, KeyValue) with a string value.
// The zero Key appends nothing.
func AppendString(b []byte, tag byte, k Key, v string) []byte {
	if k.IsZero() {
		return b
	}
	v = wire.UTF8(v)
	// Most are so short that each length is one byte.
	encoded := k.p.encoded
	if size := len(encoded) + 4 + len(v); size < 1<<7 {
		b = append(b, tag, byte(size))
		b = append(b, encoded...)
		b = append(b, tagValue, byte(2+len(v)), tagString, byte(len(v)))
		return append(b, v...)
	}
	b = open(b, tag, k.p, wire.SizeBytes(len(v)))
	return wire.AppendString(b, tagString, v)
}

// AppendInt appends a field (tag, length, KeyValue) with an integer value.
func AppendInt(b []byte, tag byte, k Key, v int64) []byte {
	if k.IsZero() {
		return b
	}
	encoded := k.p.encoded
	if size := len(encoded) + 4; uint64(v) < 1<<7 && size < 1<<7 {
		b = append(b, tag, byte(size))
		b = append(b, encoded...)
		return append(b, tagValue, 2, tagInt, byte(v))
	}
	b = open(b, tag, k.p, 1+wire.SizeVarint(uint64(v)))
	return wire.AppendVarint(append(b, tagInt), uint64(v))
}

// AppendBool appends a field (tag, length, KeyValue) with a boolean value.
func AppendBool(b []byte, tag byte, k Key, v bool) []byte {
	if k.IsZero() {
		return b
	}
	b = append(open(b, tag, k.p, 2), tagBool)
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendFloat appends a field (tag, length, KeyValue) with a double value.
func AppendFloat(b []byte, tag byte, k Key, v float64) []byte {
	if k.IsZero() {
		return b
	}
	b = append(open(b, tag, k.p, 9), tagDouble)
	return wire.AppendFixed64(b, math.Float64bits(v))
}

// AppendStrings appends a field (tag, length, KeyValue) with an array of strings.
func AppendStrings(b []byte, tag byte, k Key, v []string) []byte {
	if k.IsZero() {
		return b
	}
	array := 0
	for _, s := range v {
		array += wire.SizeBytes(wire.SizeBytes(len(wire.UTF8(s))))
	}
	b = open(b, tag, k.p, wire.SizeBytes(array))
	b = wire.AppendVarint(append(b, tagArray), uint64(array))
	for _, s := range v {
		s = wire.UTF8(s)
		b = wire.AppendVarint(append(b, tagArrayValues), uint64(wire.SizeBytes(len(s))))
		b = wire.AppendString(b, tagString, s)
	}
	return b
}
