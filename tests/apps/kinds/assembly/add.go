// Package assembly has a function in assembly, where there is one for the architecture.
package assembly

import "os"

// Exit ends the program with the sum.
func Exit(a, b int64) { os.Exit(int(Add(a, b))) }
