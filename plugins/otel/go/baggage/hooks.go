// Package baggage makes the baggage of the OpenTelemetry API and the runtime's one and the same: it hooks
// go.opentelemetry.io/otel/baggage.
package baggage

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	weft "go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/trace"
)

// heldKey is the key under which a context holds the runtime's form of the baggage that it carries for the API.
type heldKey struct{}

// beforeContextWithBaggage lets the context carry b for the runtime. Hooks ContextWithBaggage.
func beforeContextWithBaggage(ctx context.Context, b baggage.Baggage) context.Context {
	return hold(ctx, fromAPI(b))
}

// beforeContextWithoutBaggage hooks ContextWithoutBaggage.
func beforeContextWithoutBaggage(ctx context.Context) context.Context {
	return hold(ctx, &weft.Baggage{})
}

func hold(ctx context.Context, b *weft.Baggage) context.Context {
	if ctx == nil {
		return ctx
	}
	return weft.NewContext(context.WithValue(ctx, heldKey{}, b), b)
}

// beforeFromContext hands the context on to after. Hooks FromContext.
func beforeFromContext(ctx context.Context) context.Context { return ctx }

// afterFromContext returns the runtime's baggage, where it is not what the API has found: it came with a request.
func afterFromContext(ctx context.Context, b baggage.Baggage) baggage.Baggage {
	carried := weft.FromContext(ctx)
	if carried == nil {
		carried = trace.FromContext(ctx).Baggage()
	}
	if carried == nil {
		return b
	}
	if held, _ := ctx.Value(heldKey{}).(*weft.Baggage); held == carried {
		return b
	}
	return toAPI(carried)
}

// fromAPI returns b without what cannot be sent.
func fromAPI(b baggage.Baggage) *weft.Baggage {
	var members []weft.Member
	for _, m := range b.Members() {
		var properties []string
		for _, p := range m.Properties() {
			properties = append(properties, p.String())
		}
		members = append(members, weft.Member{Key: m.Key(), Value: m.Value(), Properties: strings.Join(properties, ";")})
	}
	if b := weft.New(members...); b != nil {
		return b
	}
	return &weft.Baggage{}
}

// toAPI returns b without what the API refuses.
func toAPI(b *weft.Baggage) baggage.Baggage {
	if all, err := baggage.Parse(b.Header()); err == nil {
		return all
	}
	// Version 1.20 reads no header with values that are escaped, but knows such values.
	var to baggage.Baggage
	for _, m := range b.Members() {
		_, escaped, _ := strings.Cut(weft.New(weft.Member{Key: m.Key, Value: m.Value}).Header(), "=")
		member, err := baggage.NewMember(m.Key, escaped, propertiesOf(m.Properties)...)
		if err != nil {
			continue
		}
		if more, err := to.SetMember(member); err == nil {
			to = more
		}
	}
	return to
}

func propertiesOf(text string) []baggage.Property {
	var properties []baggage.Property
	for one := range strings.SplitSeq(text, ";") {
		key, value, found := strings.Cut(one, "=")
		p, err := baggage.NewKeyProperty(strings.TrimSpace(key))
		if found {
			p, err = baggage.NewKeyValueProperty(strings.TrimSpace(key), strings.TrimSpace(value))
		}
		if err == nil {
			properties = append(properties, p)
		}
	}
	return properties
}
