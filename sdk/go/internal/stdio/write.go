// Package stdio writes to standard output and standard error without an end for the
// program: for a write of the os package to one of the two that nobody reads any
// more, Go kills a program that has not asked for SIGPIPE.
package stdio

import (
	"io"
	"os"
)

// Writer writes to a file. A broken pipe is an error like any other.
type Writer struct{ File *os.File }

var _ io.Writer = Writer{}
