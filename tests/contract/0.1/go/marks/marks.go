// Package marks tells of functions with a directive.
package marks

import "fmt"

func beforeMarked(arguments ...any) { fmt.Println("marked", len(arguments)) }
