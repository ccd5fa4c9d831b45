// Package hex writes and reads lower-case hexadecimal digits, eight at a time: ids are on each request and log
// line, and their digits are random, so that a processor would guess wrong at every second branch on them.
package hex

import "encoding/binary"

// Bytes of a word, each with the same value.
const (
	each    = 0x0101010101010101
	zeroes  = each * '0'
	nibbles = each * 0x0f
	letters = each * 0x40      // a bit that letters have, and digits not
	toA     = 'a' - '0' - 10   // what letters are further from '0'
	overTen = each * (16 - 10) // carries into the next four bits from 10 on
)

// Append appends the digits of from.
func Append(to, from []byte) []byte {
	for ; len(from) >= 4; from = from[4:] {
		v := uint64(binary.BigEndian.Uint32(from))
		v = (v<<16 | v) & 0x0000ffff0000ffff
		v = (v<<8 | v) & 0x00ff00ff00ff00ff
		v = (v<<4 | v) & nibbles
		to = binary.BigEndian.AppendUint64(to, text(v))
	}
	for _, b := range from {
		v := text(uint64(b>>4)<<8 | uint64(b&0x0f))
		to = append(to, byte(v>>8), byte(v))
	}
	return to
}

// text returns the digits of eight numbers below 16.
func text(v uint64) uint64 { return v + zeroes + (v+overTen)>>4&each*toA }

// Decode reads twice as many digits as to has bytes. It reports false where they are none.
func Decode(to []byte, digits string) bool {
	for ; len(to) >= 4; to, digits = to[4:], digits[8:] {
		v, ok := numbers(word(digits))
		if !ok {
			return false
		}
		v = (v>>4 | v) & 0x00ff00ff00ff00ff
		v = (v>>8 | v) & 0x0000ffff0000ffff
		binary.BigEndian.PutUint32(to, uint32(v>>16|v))
	}
	for i := range to {
		v, ok := numbers(zeroes&^0xffff | uint64(digits[2*i])<<8 | uint64(digits[2*i+1]))
		if !ok {
			return false
		}
		to[i] = byte(v>>4 | v)
	}
	return true
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[7]) | uint64(s[6])<<8 | uint64(s[5])<<16 | uint64(s[4])<<24 |
		uint64(s[3])<<32 | uint64(s[2])<<40 | uint64(s[1])<<48 | uint64(s[0])<<56
}

// numbers is the inverse of text; false where there is none.
func numbers(digits uint64) (uint64, bool) {
	v := digits&nibbles + digits&letters>>6*9
	return v, v&^nibbles == 0 && text(v) == digits
}
