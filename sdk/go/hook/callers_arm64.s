#include "textflag.h"

// func callers(pcs *[depth]uintptr) int
//
// Follows saved frame pointers, which the compiler keeps on this processor and
// the runtime's tracer relies on: each points to the caller's, and the return
// address lies above it. Assembly is not preempted, so the stack stays in place.
TEXT ·callers(SB), NOSPLIT|NOFRAME, $0-16
	MOVD pcs+0(FP), R0
	MOVD R29, R1
	MOVD $0, R2
loop:
	CBZ R1, done
	MOVD 8(R1), R3
	MOVD R3, (R0)(R2<<3)
	ADD $1, R2
	CMP $12, R2
	BEQ done
	MOVD (R1), R4
	CMP R1, R4 // a caller's frame lies higher
	BLS done
	MOVD R4, R1
	B loop
done:
	MOVD R2, ret+8(FP)
	RET
