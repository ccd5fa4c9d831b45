// Package tenant puts the tenant of a request on its spans, and sends it along with the requests that it leads to.
package tenant

import (
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
)

// accept has requests carry the tenant, from the one on that is about to be read. Hooks what serves requests,
// ahead of who starts their spans.
func accept(header string) { propagation.AddField(header) }

// mark sets the tenant on the span that has just been started. Hooks what serves and sends requests, after who
// starts their spans; without such spans there is no tenant either.
func mark(header, name string) {
	span := trace.Current()
	if tenant := span.Baggage().Local(header); tenant != "" {
		span.SetString(attribute.NewKey(name), tenant)
	}
}
