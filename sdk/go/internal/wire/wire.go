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
	if len(s) < 1<<7 {
		b = append(b, tag, byte(len(s)))
	} else {
		b = AppendVarint(append(b, tag), uint64(len(s)))
	}
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
	if isASCII(s) || utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// isASCII tells of most strings that they are valid, at less cost than looking at each byte.
func isASCII(s string) bool {
	const high = 0x8080808080808080
	n := len(s)
	if n < 8 {
		var all byte
		for i := range n {
			all |= s[i]
		}
		return all < 0x80
	}
	all := word(s[n-8:]) // may have been looked at before
	for ; n > 8; n, s = n-8, s[8:] {
		all |= word(s)
	}
	return all&high == 0
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
