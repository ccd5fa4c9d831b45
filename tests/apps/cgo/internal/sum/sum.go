// Package sum adds in C.
package sum

/*
#include "sum.h"
*/
import "C"

// Of returns a + b.
func Of(a, b int) int { return int(C.sum(C.int(a), C.int(b))) }
