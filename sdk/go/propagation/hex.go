package propagation

import "go.weft.dev/sdk/internal/hex"

// unhexPadded decodes digits of which leading zeroes may be left out.
func unhexPadded(to []byte, digits string) bool {
	if digits == "" || len(digits) > 2*len(to) {
		return false
	}
	const zeroes = "00000000000000000000000000000000"
	return hex.Decode(to, zeroes[:2*len(to)-len(digits)]+digits)
}
