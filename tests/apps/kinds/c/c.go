// Package c is in C, where it may be.
package c

/*
#include <stdlib.h>
static int twice(int n) { return 2 * n; }
typedef struct { int n; } pair;
*/
import "C"

import system "os"

// Twice doubles.
func Twice(n int) int { return int(C.twice(C.int(n))) }

// Exit ends the program with what C says.
func Exit(n int) { leave(C.pair{n: C.twice(C.int(n))}, system.Exit) }

func leave(p C.pair, exit func(int)) { exit(int(p.n)) }
