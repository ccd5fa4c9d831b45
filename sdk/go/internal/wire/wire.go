// Package wire appends protocol buffer fields to byte slices. It knows the
// encoding (protobuf.dev/programming-guides/encoding) and no message.
package wire

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Wire types, the low three bits of a tag.
const (
	Varint  = 0
	Fixed64 = 1
	Bytes   = 2
	Fixed32 = 5
)

// Tag is the first byte of a field whose number is below 16.
func Tag(field, wireType byte) byte { return field<<3 | wireType }

// SizeVarint is the number of bytes that AppendVarint adds for v.
func SizeVarint(v uint64) int {
	return (bits.Len64(v|1) + 6) / 7
}

// AppendVarint appends v in base 128.
func AppendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// AppendFixed64 appends v in little endian, as fixed64 and double want it.
func AppendFixed64(b []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(b, v) }

// AppendFixed32 appends v in little endian.
func AppendFixed32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// SizeBytes is the size of a length-delimited field of n bytes with a one-byte tag.
func SizeBytes(n int) int { return 1 + SizeVarint(uint64(n)) + n }

// AppendString appends a length-delimited field with a one-byte tag.
func AppendString(b []byte, tag byte, s string) []byte {
	b = append(b, tag)
	b = AppendVarint(b, uint64(len(s)))
	return append(b, s...)
}

// AppendBytes appends a length-delimited field with a one-byte tag.
func AppendBytes(b []byte, tag byte, s []byte) []byte {
	b = append(b, tag)
	b = AppendVarint(b, uint64(len(s)))
	return append(b, s...)
}

// UTF8 returns s, with each run of invalid bytes replaced by U+FFFD: decoders
// refuse a whole message for one string that is not valid UTF-8.
func UTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
