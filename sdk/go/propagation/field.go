package propagation

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/baggage"
)

// Limits of fields that are added. A value comes from outside, and is kept for as long
// as its request.
const (
	maxFields     = 16
	maxFieldName  = 64
	maxFieldValue = 256
)

// added holds the names of fields that were added; a list is never changed.
var (
	added  atomic.Pointer[[]string]
	adding sync.Mutex
)

func addedFields() []string {
	if names := added.Load(); names != nil {
		return *names
	}
	return nil
}

// AddField has requests carry one field more than OTEL_PROPAGATORS names, such as a
// header of a vendor's own: from then on Extract takes it over as a local member of the
// baggage, under its name, and Inject sends it on from there, unless the carrier has
// such a field already.
//
// The name is in lower case, as in carriers. Values that are not text of 1 to 256
// printable ASCII characters, and fields that a carrier has twice with different
// values, are as if they were not there. AddField returns false, and does nothing,
// where a carrier cannot have such a field or one of the formats uses it, and when there
// are 16 of them. To add a field again does nothing.
func AddField(name string) bool {
	if slices.Contains(addedFields(), name) {
		return true
	}
	if !isFieldName(name) {
		return false
	}
	adding.Lock()
	defer adding.Unlock()
	names := addedFields()
	if slices.Contains(names, name) {
		return true
	}
	if len(names) == maxFields {
		return false
	}
	names = append(slices.Clone(names), name)
	added.Store(&names)
	return true
}

// isFieldName reports whether all carriers can have the field: for gRPC, names have
// fewer characters than for HTTP, and `-bin` at the end means another encoding.
func isFieldName(name string) bool {
	if name == "" || len(name) > maxFieldName || strings.HasPrefix(name, "grpc-") || strings.HasSuffix(name, "-bin") {
		return false
	}
	if !IsMetadataKey(name) {
		return false
	}
	switch name {
	case traceparentKey, tracestateKey, baggageKey, b3Key, jaegerKey, jaegerBaggageKey:
		return false
	}
	return !strings.HasPrefix(name, "x-b3-") && !strings.HasPrefix(name, jaegerBaggagePrefix)
}

// isFieldValue reports whether a value can be taken over.
func isFieldValue(value string) bool {
	return value != "" && len(value) <= maxFieldValue && value == strings.Trim(value, " ") && IsMetadataValue(value)
}

// IsMetadataKey reports whether gRPC takes fields of a name: a client refuses to make a
// call with any other one (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md, Custom-Metadata).
func IsMetadataKey(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// IsMetadataValue reports whether gRPC takes a value of a field: see IsMetadataKey.
func IsMetadataValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

func extractField(name string, b *baggage.Baggage, from Getter) *baggage.Baggage {
	value := from.Get(name)
	if !isFieldValue(value) {
		return b
	}
	if g, ok := from.(valuesGetter); ok {
		for _, other := range g.Values(name) {
			if other != value {
				return b
			}
		}
	}
	return b.WithLocal(name, value)
}

func injectField(name string, b *baggage.Baggage, to Setter) {
	value := b.Local(name)
	if value == "" {
		return
	}
	if g, ok := to.(Getter); ok && g.Get(name) != "" {
		return
	}
	to.Set(name, value)
}
