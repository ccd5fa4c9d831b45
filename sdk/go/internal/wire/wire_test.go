package wire

import (
	"strings"
	"testing"
)

// Wherever it stands, what is not valid is replaced, and what is stays.
func TestUTF8(t *testing.T) {
	for n := range 40 {
		for at := range n + 1 {
			before, after := strings.Repeat("a", at), strings.Repeat("b", n-at)
			for what, want := range map[string]string{"": "", "ü": "ü", "\xff": "\uFFFD", "\xff\x80": "\uFFFD"} {
				if got := UTF8(before + what + after); got != before+want+after {
					t.Errorf("UTF8(%q) = %q", before+what+after, got)
				}
			}
		}
	}
}

func TestAppendString(t *testing.T) {
	for _, n := range []int{0, 127, 128, 1 << 14} {
		text := strings.Repeat("a", n)
		f, rest, ok := Next(AppendString(nil, Tag(1, Bytes), text))
		if !ok || len(rest) > 0 || f.Number != 1 || string(f.Data) != text {
			t.Errorf("%d bytes: field %d of %d bytes, %d more, %t", n, f.Number, len(f.Data), len(rest), ok)
		}
	}
}
