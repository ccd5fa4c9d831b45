package propagation

// unhex decodes lower-case hexadecimal digits; upper-case ones are not valid here.
func unhex(to []byte, digits string) bool {
	for i := range to {
		hi, lo := nibble(digits[2*i]), nibble(digits[2*i+1])
		if hi > 15 || lo > 15 {
			return false
		}
		to[i] = hi<<4 | lo
	}
	return true
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	default:
		return 0xff
	}
}

// unhexPadded is unhex for digits of which leading zeroes may be left out.
func unhexPadded(to []byte, digits string) bool {
	if digits == "" || len(digits) > 2*len(to) {
		return false
	}
	const zeroes = "00000000000000000000000000000000"
	return unhex(to, zeroes[:2*len(to)-len(digits)]+digits)
}
