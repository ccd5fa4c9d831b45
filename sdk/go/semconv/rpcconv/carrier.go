package rpcconv

import (
	"context"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
)

// Metadata is what is sent along with a call, by names in lower case, as a carrier for package propagation.
type Metadata map[string][]string

// Set sets a field that gRPC takes, and no other one.
func (m Metadata) Set(key, value string) {
	if propagation.IsMetadataKey(key) && propagation.IsMetadataValue(value) {
		m[key] = []string{value}
	}
}

// Get returns the first value of a field.
func (m Metadata) Get(key string) string {
	if values := m[key]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// Values returns all values of a field.
func (m Metadata) Values(key string) []string { return m[key] }

// Keys returns the names of all fields.
func (m Metadata) Keys() []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// incoming returns ctx with the baggage that came in, and the parent of what is served: the zero one where ctx
// carries a span.
func incoming(ctx context.Context, header propagation.Getter) (context.Context, trace.SpanContext) {
	parent, members := propagation.Extract(header)
	if members != nil {
		ctx = baggage.NewContext(ctx, members)
	}
	if trace.FromContext(ctx) != nil {
		parent = trace.SpanContext{}
	}
	return ctx, parent
}
