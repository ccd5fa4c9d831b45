package global

import (
	"context"
	"strings"
	"sync/atomic"

	otel "go.opentelemetry.io/otel/propagation"
	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
)

// propagates says that the program has configured a propagator.
var propagates atomic.Bool

// beforeSetPropagator hooks (*textMapPropagator).SetDelegate.
func beforeSetPropagator(p otel.TextMapPropagator) {
	if p != nil {
		propagates.Store(true)
	}
}

// beforeInject writes what the runtime propagates, where the program has configured nothing. Hooks
// (*textMapPropagator).Inject.
func beforeInject(ctx context.Context, to otel.TextMapCarrier) {
	if to != nil && !propagates.Load() {
		propagation.Inject(ctx, nil, to)
	}
}

// beforeExtract hands the carrier on to after. Hooks (*textMapPropagator).Extract.
func beforeExtract(from otel.TextMapCarrier) otel.TextMapCarrier {
	if propagates.Load() {
		return nil
	}
	if h, ok := from.(otel.HeaderCarrier); ok {
		return headers{h}
	}
	return from
}

func afterExtract(from otel.TextMapCarrier, ctx context.Context) context.Context {
	sc, members := propagation.Extract(from)
	// The woven server may have read the same headers before: then its span is the parent.
	if sc.IsValid() && !trace.FromContext(ctx).Continues(sc) {
		ctx = trace.ContextWithForeign(ctx, sc)
	}
	if members != nil {
		ctx = baggage.NewContext(ctx, members)
	}
	return ctx
}

// headers are those of a request, with keys as the runtime wants them.
type headers struct{ otel.HeaderCarrier }

func (h headers) Keys() []string {
	keys := h.HeaderCarrier.Keys()
	for i := range keys {
		keys[i] = strings.ToLower(keys[i])
	}
	return keys
}

// beforeFields hooks (*textMapPropagator).Fields.
func beforeFields() *atomic.Bool {
	if propagates.Load() {
		return nil
	}
	return &propagates
}

func afterFields(*atomic.Bool, []string) []string { return propagation.Fields() }
