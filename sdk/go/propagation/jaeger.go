package propagation

import (
	"net/url"
	"slices"
	"strings"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/trace"
)

// Fields of Jaeger's format
// (www.jaegertracing.io/docs/1.22/client-libraries/#propagation-format).
const (
	jaegerKey           = "uber-trace-id"
	jaegerBaggagePrefix = "uberctx-"
	jaegerBaggageKey    = "jaeger-baggage" // written by hand, for debugging
)

// Flags of uber-trace-id.
const (
	jaegerSampled = 1 << 0
	jaegerDebug   = 1 << 1
)

// formatJaegerContext writes traceid:spanid:0:flags; the parent's id is not used
// any more.
func formatJaegerContext(sc trace.SpanContext) string {
	flags := byte('0')
	if sc.IsSampled() {
		flags |= jaegerSampled
		if sc.Debug {
			flags |= jaegerDebug
		}
	}
	b := make([]byte, 0, 32+1+16+1+1+1+1)
	b = sc.TraceID.AppendHex(b)
	b = append(b, ':')
	b = sc.SpanID.AppendHex(b)
	b = append(b, ":0:"...)
	return string(append(b, flags))
}

// parseJaegerContext reads the field, which may be percent-encoded and may leave
// out leading zeroes.
func parseJaegerContext(h string) (sc trace.SpanContext, ok bool) {
	const longest = 128
	if h == "" || len(h) > longest {
		return sc, false
	}
	if strings.Contains(h, "%") {
		decoded, err := url.QueryUnescape(h)
		if err != nil {
			return sc, false
		}
		h = decoded
	}
	traceID, rest, _ := strings.Cut(h, ":")
	spanID, rest, _ := strings.Cut(rest, ":")
	_, flagDigits, _ := strings.Cut(rest, ":") // between them the parent's id
	var flags [1]byte
	if !unhexPadded(sc.TraceID[:], traceID) || !unhexPadded(sc.SpanID[:], spanID) ||
		!unhexPadded(flags[:], flagDigits) || !sc.IsValid() {
		return trace.SpanContext{}, false
	}
	if flags[0]&jaegerSampled != 0 {
		sc.Flags = trace.FlagSampled
		sc.Debug = flags[0]&jaegerDebug != 0
	}
	return sc, true
}

// injectJaegerBaggage writes a field for each member.
func injectJaegerBaggage(b *baggage.Baggage, to Setter) {
	for _, m := range b.Members() {
		to.Set(jaegerBaggagePrefix+m.Key, url.QueryEscape(m.Value))
	}
}

// extractJaegerBaggage reads the members that have a field each, where the carrier
// can tell its keys, and those of the one that is written by hand.
func extractJaegerBaggage(from Getter) *baggage.Baggage {
	var members []baggage.Member
	if h := from.Get(jaegerBaggageKey); h != "" {
		members = slices.Clone(baggage.Parse(h).Members())
	}
	g, ok := from.(keysGetter)
	if !ok {
		return baggage.New(members...)
	}
	keys := g.Keys()
	slices.Sort(keys) // what exceeds the limits must not depend on a map's order
	for _, key := range keys {
		name, ok := strings.CutPrefix(key, jaegerBaggagePrefix)
		if !ok {
			continue
		}
		if value, err := url.QueryUnescape(from.Get(key)); err == nil {
			members = append(members, baggage.Member{Key: name, Value: value})
		}
	}
	return baggage.New(members...)
}
