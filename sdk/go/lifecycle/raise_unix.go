//go:build unix

package lifecycle

import (
	"os"
	"syscall"
)

// handled are the signals that end a program by default and that someone who
// wants it to end sends.
var handled = []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}

// raise sends the signal to this process.
func raise(s os.Signal) {
	if number, ok := s.(syscall.Signal); ok {
		// Only an unknown signal or process makes it fail, and these are known.
		_ = syscall.Kill(syscall.Getpid(), number)
	}
}
