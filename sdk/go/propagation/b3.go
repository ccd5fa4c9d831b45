package propagation

import (
	"strings"

	"go.weft.dev/sdk/internal/hex"
	"go.weft.dev/sdk/trace"
)

// Fields of B3 (context/api-propagators.md#b3-requirements,
// github.com/openzipkin/b3-propagation).
const (
	b3Key        = "b3"
	b3TraceIDKey = "x-b3-traceid"
	b3SpanIDKey  = "x-b3-spanid"
	b3SampledKey = "x-b3-sampled"
	b3FlagsKey   = "x-b3-flags"
)

// Values of the sampling state.
const (
	b3Denied   = "0"
	b3Accepted = "1"
	b3Debug    = "d"
)

func b3State(sc trace.SpanContext) string {
	switch {
	case sc.Debug:
		return b3Debug
	case sc.IsSampled():
		return b3Accepted
	case sc.Deferred:
		return ""
	default:
		return b3Denied
	}
}

// formatB3Single writes traceid-spanid-state. The parent's id is not passed on.
func formatB3Single(sc trace.SpanContext) string {
	b := make([]byte, 0, 32+1+16+1+1)
	b = sc.TraceID.AppendHex(b)
	b = append(b, '-')
	b = sc.SpanID.AppendHex(b)
	if state := b3State(sc); state != "" {
		b = append(b, '-', state[0])
	}
	return string(b)
}

// injectB3Multi writes a field for each part. Debug implies sampled, and stands in
// its place.
func injectB3Multi(sc trace.SpanContext, to Setter) {
	to.Set(b3TraceIDKey, sc.TraceID.String())
	to.Set(b3SpanIDKey, sc.SpanID.String())
	switch state := b3State(sc); state {
	case "":
	case b3Debug:
		to.Set(b3FlagsKey, b3Accepted)
	default:
		to.Set(b3SampledKey, state)
	}
}

// extractB3 reads the single field, and where that is missing or malformed the
// others, whichever of the two is configured.
func extractB3(from Getter) trace.SpanContext {
	if sc, ok := parseB3Single(from.Get(b3Key)); ok {
		return sc
	}
	state := from.Get(b3SampledKey)
	switch strings.ToLower(state) { // words that were sent before there was a specification
	case "true":
		state = b3Accepted
	case "false":
		state = b3Denied
	case b3Debug:
		return trace.SpanContext{}
	}
	if from.Get(b3FlagsKey) == b3Accepted {
		state = b3Debug
	}
	sc, _ := b3Context(from.Get(b3TraceIDKey), from.Get(b3SpanIDKey), state)
	return sc
}

// parseB3Single reads traceid-spanid[-state[-parentid]]. A state alone is a
// decision without a trace, and not used.
func parseB3Single(h string) (trace.SpanContext, bool) {
	traceID, rest, _ := strings.Cut(h, "-")
	spanID, rest, hasState := strings.Cut(rest, "-")
	state, parentID, hasParent := strings.Cut(rest, "-")
	var parent trace.SpanID
	if hasState && state == "" || hasParent && (len(parentID) != 16 || !hex.Decode(parent[:], parentID)) {
		return trace.SpanContext{}, false
	}
	return b3Context(traceID, spanID, state)
}

// b3Context makes a context of its parts. A trace id of 64 bits is the lower half.
func b3Context(traceID, spanID, state string) (trace.SpanContext, bool) {
	var sc trace.SpanContext
	if len(traceID) != 16 && len(traceID) != 32 || len(spanID) != 16 ||
		!unhexPadded(sc.TraceID[:], traceID) || !hex.Decode(sc.SpanID[:], spanID) || !sc.IsValid() {
		return trace.SpanContext{}, false
	}
	switch state {
	case "":
		sc.Deferred = true
	case b3Denied:
	case b3Accepted:
		sc.Flags = trace.FlagSampled
	case b3Debug:
		sc.Flags, sc.Debug = trace.FlagSampled, true
	default:
		return trace.SpanContext{}, false
	}
	return sc, true
}
