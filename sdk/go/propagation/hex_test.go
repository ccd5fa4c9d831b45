package propagation

import "testing"

func TestNibble(t *testing.T) {
	for i := range 256 {
		c := byte(i)
		got := nibble(c)
		switch {
		case '0' <= c && c <= '9':
			if got != c-'0' {
				t.Errorf("nibble(%q) = %d", c, got)
			}
		case 'a' <= c && c <= 'f':
			if got != c-'a'+10 {
				t.Errorf("nibble(%q) = %d", c, got)
			}
		case got <= 15:
			t.Errorf("nibble(%q) = %d, want more than 15", c, got)
		}
	}
}
