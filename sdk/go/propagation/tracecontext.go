package propagation

import (
	"strings"

	"go.weft.dev/sdk/internal/hex"
	"go.weft.dev/sdk/trace"
)

// Fields of the W3C trace context.
const (
	traceparentKey = "traceparent"
	tracestateKey  = "tracestate"
)

func injectTraceContext(sc trace.SpanContext, to Setter) {
	to.Set(traceparentKey, formatTraceparent(sc))
	if sc.State != "" {
		to.Set(tracestateKey, sc.State)
	}
}

// extractTraceContext returns the zero context where the carrier has no valid one,
// or several.
func extractTraceContext(from Getter) trace.SpanContext {
	sc, ok := parseTraceparent(join(from, traceparentKey))
	if ok {
		sc.State = parseTracestate(join(from, tracestateKey))
	}
	return sc
}

// traceparentLength is the length of a version 00 header:
// version-traceid-spanid-flags.
const traceparentLength = 2 + 1 + 32 + 1 + 16 + 1 + 2

// formatTraceparent writes version 00 (w3.org/TR/trace-context-2#traceparent-header).
func formatTraceparent(sc trace.SpanContext) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, traceparentLength)
	b = append(b, "00-"...)
	b = sc.TraceID.AppendHex(b)
	b = append(b, '-')
	b = sc.SpanID.AppendHex(b)
	flags := sc.Flags & (trace.FlagSampled | trace.FlagRandom)
	b = append(b, '-', '0', digits[flags])
	return string(b)
}

// parseTraceparent reads a traceparent header of any version but ff. Of a version
// above 00 it reads what version 00 has, as the specification asks.
func parseTraceparent(h string) (sc trace.SpanContext, ok bool) {
	h = strings.Trim(h, " \t")
	if len(h) < traceparentLength || h[2] != '-' || h[35] != '-' || h[52] != '-' {
		return sc, false
	}
	var version, flags [1]byte
	if !hex.Decode(version[:], h[:2]) || version[0] == 0xff ||
		!hex.Decode(sc.TraceID[:], h[3:35]) || !hex.Decode(sc.SpanID[:], h[36:52]) || !hex.Decode(flags[:], h[53:55]) {
		return trace.SpanContext{}, false
	}
	if len(h) > traceparentLength && (version[0] == 0 || h[traceparentLength] != '-') {
		return trace.SpanContext{}, false
	}
	if !sc.IsValid() {
		return trace.SpanContext{}, false
	}
	sc.Flags = flags[0] & (trace.FlagSampled | trace.FlagRandom)
	return sc, true
}

// Limits of a tracestate header (w3.org/TR/trace-context-2#tracestate-header).
const (
	maxStateMembers = 32
	maxStateKey     = 256
	maxStateValue   = 256
	maxStateBytes   = 8192 // not the specification's: what is passed on must be bounded
)

// parseTracestate returns the header without empty members and surrounding space,
// and "" where it is malformed: one bad member voids it all.
func parseTracestate(h string) string {
	if h == "" || len(h) > maxStateBytes {
		return ""
	}
	var members []string
	for m := range strings.SplitSeq(h, ",") {
		m = strings.Trim(m, " \t")
		if m == "" {
			continue
		}
		key, value, ok := strings.Cut(m, "=")
		if !ok || !validStateKey(key) || !validStateValue(value) || len(members) == maxStateMembers {
			return ""
		}
		for _, earlier := range members {
			if strings.HasPrefix(earlier, key+"=") {
				return ""
			}
		}
		members = append(members, m)
	}
	return strings.Join(members, ",")
}

// validStateKey follows level 2: a lower-case letter or digit, then up to 255 of
// those and of _ - * / @.
func validStateKey(k string) bool {
	if k == "" || len(k) > maxStateKey {
		return false
	}
	for i := range len(k) {
		c := k[i]
		alphanumeric := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !alphanumeric && (i == 0 || strings.IndexByte("_-*/@", c) < 0) {
			return false
		}
	}
	return true
}

func validStateValue(v string) bool {
	if v == "" || len(v) > maxStateValue || v[len(v)-1] == ' ' {
		return false
	}
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == ',' || c == '=' {
			return false
		}
	}
	return true
}
