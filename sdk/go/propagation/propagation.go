// Package propagation carries trace contexts and baggage between processes, in
// the formats that OTEL_PROPAGATORS names (context/api-propagators.md).
package propagation

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/trace"
)

// Setter sets a field of a carrier, such as the headers of a request or of a
// message. Keys are in lower case.
type Setter interface{ Set(key, value string) }

// Getter returns the first value of a field of a carrier, "" when there is none.
// Keys are in lower case.
type Getter interface{ Get(key string) string }

// A carrier may have more to tell: all values of a field, and the keys of all
// fields, in lower case where case does not matter.
type (
	valuesGetter interface{ Values(key string) []string }
	keysGetter   interface{ Keys() []string }
)

// format is one of those that OTEL_PROPAGATORS names.
type format uint8

const (
	formatTraceContext format = iota
	formatBaggage
	formatB3
	formatB3Multi
	formatJaeger
)

var (
	configured atomic.Pointer[[]format]
	configure  sync.Once
)

func current() []format {
	if f := configured.Load(); f != nil {
		return *f
	}
	configure.Do(func() {
		f := formatsFromEnv()
		configured.Store(&f)
	})
	return *configured.Load()
}

// formatsFromEnv reads OTEL_PROPAGATORS. Where it knows none of the values the
// variable counts as unset (configuration/common.md#enum).
func formatsFromEnv() []format {
	const name, def = "OTEL_PROPAGATORS", "tracecontext,baggage"
	var formats []format
	var unknown []string
	none := false
	for _, value := range env.Enums(name, def) {
		if f, ok := formatOf(value); ok {
			formats = append(formats, f)
		} else if value == "none" {
			none = true
		} else {
			unknown = append(unknown, value)
		}
	}
	instead := "the others that are named"
	if formats == nil && !none {
		formats, instead = []format{formatTraceContext, formatBaggage}, def
	}
	if unknown != nil {
		env.Bad(name, strings.Join(unknown, ","), instead)
	}
	return formats
}

// formatOf may be called before this package is initialised.
func formatOf(value string) (format, bool) {
	switch value {
	case "tracecontext":
		return formatTraceContext, true
	case "baggage":
		return formatBaggage, true
	case "b3":
		return formatB3, true
	case "b3multi":
		return formatB3Multi, true
	case "jaeger":
		return formatJaeger, true
	}
	return 0, false
}

// Inject writes the context of span to a carrier, and the baggage that was put
// into ctx or else the span's. A nil span stands for trace.Parent(ctx).
func Inject(ctx context.Context, span *trace.Span, to Setter) {
	if span == nil {
		span = trace.Parent(ctx)
	}
	b := baggage.FromContext(ctx).Over(span.Baggage())
	sc := span.SpanContext()
	valid := sc.IsValid()
	for _, f := range current() {
		switch f {
		case formatTraceContext:
			if valid {
				injectTraceContext(sc, to)
			}
		case formatBaggage:
			if h := b.Header(); h != "" {
				to.Set(baggageKey, h)
			}
		case formatB3:
			if valid {
				to.Set(b3Key, formatB3Single(sc))
			}
		case formatB3Multi:
			if valid {
				injectB3Multi(sc, to)
			}
		case formatJaeger:
			if valid {
				to.Set(jaegerKey, formatJaegerContext(sc))
			}
			injectJaegerBaggage(b, to)
		}
	}
	for _, name := range addedFields() {
		injectField(name, b, to)
	}
}

// Extract reads what Inject wrote. The span context is the zero one, and the
// baggage nil, where the carrier has none that is well-formed. Where it has it in
// several formats, the last of OTEL_PROPAGATORS counts, and baggage is put
// together (context/api-propagators.md#composite-propagator).
func Extract(from Getter) (trace.SpanContext, *baggage.Baggage) {
	var sc trace.SpanContext
	var b *baggage.Baggage
	for _, f := range current() {
		var found trace.SpanContext
		switch f {
		case formatTraceContext:
			found = extractTraceContext(from)
		case formatBaggage:
			b = b.Merge(baggage.Parse(join(from, baggageKey)))
		case formatB3, formatB3Multi:
			found = extractB3(from)
		case formatJaeger:
			found, _ = parseJaegerContext(from.Get(jaegerKey))
			b = b.Merge(extractJaegerBaggage(from))
		}
		if found.IsValid() {
			found.Remote = true
			sc = found
		}
	}
	for _, name := range addedFields() {
		b = extractField(name, b, from)
	}
	return sc, b
}

// baggageKey is the field of W3C baggage.
const baggageKey = "baggage"

// join returns all values of a field as one (w3.org/TR/trace-context,
// "Multiple tracestate header fields"; RFC 9110, section 5.3).
func join(from Getter, key string) string {
	if g, ok := from.(valuesGetter); ok {
		switch values := g.Values(key); len(values) {
		case 0:
			return ""
		case 1:
			return values[0]
		default:
			return strings.Join(values, ",")
		}
	}
	return from.Get(key)
}

// Fields returns the keys that Inject may set, in lower case, as far as they do not
// depend on baggage (context/api-propagators.md#fields).
func Fields() []string {
	var keys []string
	for _, f := range current() {
		switch f {
		case formatTraceContext:
			keys = append(keys, traceparentKey, tracestateKey)
		case formatBaggage:
			keys = append(keys, baggageKey)
		case formatB3:
			keys = append(keys, b3Key)
		case formatB3Multi:
			keys = append(keys, b3TraceIDKey, b3SpanIDKey, b3SampledKey, b3FlagsKey)
		case formatJaeger:
			keys = append(keys, jaegerKey)
		}
	}
	return append(keys, addedFields()...)
}
