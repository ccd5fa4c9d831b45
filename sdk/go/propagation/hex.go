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

// nibble returns what a digit stands for, and more than 15 for what is none. It
// looks it up: the digits of ids are random, so a processor would guess wrong at
// every second branch on them.
func nibble(c byte) byte { return nibbles[c] - 1 }

// nibbles holds one more than what each digit stands for.
var nibbles = [256]byte{
	'0': 1, '1': 2, '2': 3, '3': 4, '4': 5, '5': 6, '6': 7, '7': 8, '8': 9, '9': 10,
	'a': 11, 'b': 12, 'c': 13, 'd': 14, 'e': 15, 'f': 16,
}

// unhexPadded is unhex for digits of which leading zeroes may be left out.
func unhexPadded(to []byte, digits string) bool {
	if digits == "" || len(digits) > 2*len(to) {
		return false
	}
	const zeroes = "00000000000000000000000000000000"
	return unhex(to, zeroes[:2*len(to)-len(digits)]+digits)
}
