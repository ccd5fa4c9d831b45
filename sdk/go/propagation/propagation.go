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

// Setter sets a header field; http.Header is one.
type Setter interface{ Set(key, value string) }

// Getter returns the first value of a header field, "" when there is none;
// http.Header is one.
type Getter interface{ Get(key string) string }

// valuesGetter is a Getter that knows fields with several values, as http.Header.
type valuesGetter interface{ Values(key string) []string }

// Header fields, in the spelling that net/http calls canonical: a field in another
// spelling would be copied, and names are not case-sensitive.
const (
	traceparent = "Traceparent"
	tracestate  = "Tracestate"
	baggageName = "Baggage"
)

// formats says which formats are in use.
type formats struct{ traceContext, baggage bool }

var (
	configured atomic.Pointer[formats]
	configure  sync.Once
)

func current() *formats {
	if f := configured.Load(); f != nil {
		return f
	}
	configure.Do(func() { configured.Store(formatsFromEnv()) })
	return configured.Load()
}

// formatsFromEnv reads OTEL_PROPAGATORS.
func formatsFromEnv() *formats {
	const name, def = "OTEL_PROPAGATORS", "tracecontext,baggage"
	var f formats
	for _, format := range env.List(name, def) {
		switch format {
		case "tracecontext":
			f.traceContext = true
		case "baggage":
			f.baggage = true
		case "none":
		default:
			env.Bad(name, format, "the others that are named")
		}
	}
	return &f
}

// Inject writes the context of span, and the baggage of ctx or else of the span's
// trace, to a carrier. A nil span stands for trace.Parent(ctx).
func Inject(ctx context.Context, span *trace.Span, to Setter) {
	f := current()
	if span == nil {
		span = trace.Parent(ctx)
	}
	if f.traceContext {
		if sc := span.SpanContext(); sc.IsValid() {
			to.Set(traceparent, formatTraceparent(sc))
			if sc.State != "" {
				to.Set(tracestate, sc.State)
			}
		}
	}
	if f.baggage {
		b := baggage.FromContext(ctx)
		if b == nil {
			b = span.Baggage()
		}
		if h := b.Header(); h != "" {
			to.Set(baggageName, h)
		}
	}
}

// Extract reads what Inject wrote. The span context is the zero one, and the
// baggage nil, where the carrier has none that is well-formed.
func Extract(from Getter) (trace.SpanContext, *baggage.Baggage) {
	f := current()
	var sc trace.SpanContext
	var b *baggage.Baggage
	if f.traceContext {
		if parsed, ok := parseTraceparent(from.Get(traceparent)); ok {
			sc = parsed
			sc.Remote = true
			sc.State = parseTracestate(join(from, tracestate))
		}
	}
	if f.baggage {
		b = baggage.Parse(join(from, baggageName))
	}
	return sc, b
}

// join returns all values of a field as one (w3.org/TR/trace-context,
// "Multiple tracestate header fields"; RFC 9110, section 5.3).
func join(from Getter, key string) string {
	if g, ok := from.(valuesGetter); ok {
		if values := g.Values(key); len(values) > 1 {
			return strings.Join(values, ",")
		}
	}
	return from.Get(key)
}
