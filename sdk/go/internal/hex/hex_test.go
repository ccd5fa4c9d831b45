package hex

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// Both agree with the standard library, which takes upper-case digits too.
func TestHex(t *testing.T) {
	var all []byte
	for i := range 256 {
		all = append(all, byte(i*7))
	}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 8, 16, 255, 256} {
		digits := string(Append([]byte("before "), all[:n]))
		if want := "before " + hex.EncodeToString(all[:n]); digits != want {
			t.Errorf("%d bytes: %s, want %s", n, digits, want)
		}
		got := make([]byte, n)
		if !Decode(got, digits[len("before "):]) || !bytes.Equal(got, all[:n]) {
			t.Errorf("%d bytes: %x, want %x", n, got, all[:n])
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for i := range 256 {
		c := byte(i)
		want := '0' <= c && c <= '9' || 'a' <= c && c <= 'f'
		for at := range 10 {
			digits := []byte("0123456789")
			digits[at] = c
			if got := Decode(make([]byte, 5), string(digits)); got != want {
				t.Errorf("Decode(%q) = %t", digits, got)
			}
		}
	}
}
