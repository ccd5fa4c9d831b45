#include "textflag.h"

// func callers(pcs *[depth]uintptr) int
//
// Follows saved frame pointers, which the compiler keeps on this processor and
// the runtime's tracer relies on: each points to the caller's, and the return
// address lies above it. Assembly is not preempted, so the stack stays in place.
TEXT ·callers(SB), NOSPLIT|NOFRAME, $0-16
	MOVQ pcs+0(FP), DI
	MOVQ BP, SI
	XORQ CX, CX
loop:
	TESTQ SI, SI
	JZ done
	MOVQ 8(SI), AX
	MOVQ AX, (DI)(CX*8)
	INCQ CX
	CMPQ CX, $12
	JEQ done
	MOVQ 0(SI), DX
	CMPQ DX, SI // a caller's frame lies higher
	JLS done
	MOVQ DX, SI
	JMP loop
done:
	MOVQ CX, ret+8(FP)
	RET
