package embedded

import "os"

type system struct{}

func (system) Exit(int) {}

func leave(n int, exit func(int)) {
	{
		var os system
		os.Exit(1)
	}
	if os := (system{}); n > 1000 {
		os.Exit(2)
	} else if n == 0 {
		exit(3)
	}
	defer os.Exit(n)
}
