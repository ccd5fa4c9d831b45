package trace

import (
	"encoding/binary"
	"math/rand/v2"

	"go.weft.dev/sdk/internal/hex"
)

// TraceID identifies a trace. All zero is not a valid one.
type TraceID [16]byte

// SpanID identifies a span within its trace. All zero is not a valid one.
type SpanID [8]byte

// IsValid reports whether t is not all zero.
func (t TraceID) IsValid() bool { return t != TraceID{} }

// String returns t in lower-case hexadecimal digits.
func (t TraceID) String() string { return string(t.AppendHex(nil)) }

// AppendHex appends t to b in lower-case hexadecimal digits.
func (t TraceID) AppendHex(b []byte) []byte { return hex.Append(b, t[:]) }

// IsValid reports whether s is not all zero.
func (s SpanID) IsValid() bool { return s != SpanID{} }

// String returns s in lower-case hexadecimal digits.
func (s SpanID) String() string { return string(s.AppendHex(nil)) }

// AppendHex appends s to b in lower-case hexadecimal digits.
func (s SpanID) AppendHex(b []byte) []byte { return hex.Append(b, s[:]) }

// Flags of the W3C trace context (w3.org/TR/trace-context-2#trace-flags).
const (
	FlagSampled = 1 << 0 // the caller may have recorded the trace
	FlagRandom  = 1 << 1 // the last seven bytes of the trace id are random
)

// SpanContext is what of a span travels to other processes.
type SpanContext struct {
	TraceID TraceID
	SpanID  SpanID
	Flags   byte
	// Remote says that it came from another process.
	Remote bool
	// Debug says that somebody wants this trace recorded, whatever the sampling.
	// Deferred says that the sender left the decision to who receives this. Only
	// B3 and Jaeger's format know of these.
	Debug, Deferred bool
	// State is the value of the tracestate header, well-formed.
	State string
}

// IsValid reports whether both ids are.
func (c SpanContext) IsValid() bool { return c.TraceID.IsValid() && c.SpanID.IsValid() }

// IsSampled reports whether the sampled flag is set.
func (c SpanContext) IsSampled() bool { return c.Flags&FlagSampled != 0 }

// The generator behind these is seeded by the operating system and kept per
// thread by the runtime (math/rand/v2, ChaCha8).

func newTraceID() (t TraceID) {
	for !t.IsValid() {
		binary.LittleEndian.PutUint64(t[:8], rand.Uint64())
		binary.LittleEndian.PutUint64(t[8:], rand.Uint64())
	}
	return t
}

func newSpanID() (s SpanID) {
	for !s.IsValid() {
		binary.LittleEndian.PutUint64(s[:], rand.Uint64())
	}
	return s
}
