//go:build !unix && !windows

package lifecycle

import "os"

// handled is empty: no signal ends a program on this system.
var handled []os.Signal

func raise(os.Signal) {}
