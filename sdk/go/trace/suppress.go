package trace

import (
	"strings"

	"go.weft.dev/sdk/internal/env"
)

// suppression says which spans are left out because a span that they would
// descend from stands for the same operation: a database client on top of
// another, for example. The outermost counts.
type suppression uint8

const (
	suppressSemconv  suppression = iota // of the same kind and semantic convention, or scope
	suppressSpanKind                    // of the same kind
	suppressNone
)

// suppressionFromEnv reads the variable by which OpenTelemetry's instrumentation
// for Java is told.
func suppressionFromEnv() suppression {
	const name, def = "OTEL_INSTRUMENTATION_EXPERIMENTAL_SPAN_SUPPRESSION_STRATEGY", "semconv"
	switch v := env.String(name, def); strings.ToLower(v) {
	case "semconv":
		return suppressSemconv
	case "span-kind":
		return suppressSpanKind
	case "none":
		return suppressNone
	default:
		env.Bad(name, v, def)
		return suppressSemconv
	}
}

// layer numbers what may be suppressed: a kind with a convention, or a kind. 0 is
// what is never suppressed, as internal spans.
type layer uint8

// layers is a set of layers.
type layers uint32

// numbers are the layers by kind and convention, with none as the first. Producers and
// consumers follow fewer conventions, and a set has room for 32.
var numbers = [KindConsumer - KindServer + 1][Library + 1]layer{
	KindServer - KindServer:   {1, 2, 3, 4, 5, 6, 7, 8, 9},
	KindConsumer - KindServer: {0: 10, Messaging: 11, FaaS: 12, Library: 13},
	KindClient - KindServer:   {14, 15, 16, 17, 18, 19, 20, 21, 22},
	KindProducer - KindServer: {0: 23, Messaging: 24, FaaS: 25, Library: 26},
}

// incoming are the layers of servers and consumers, outgoing the others; ofScopes are
// those that each scope has for itself.
const (
	incoming layers = 1<<13 - 1
	outgoing        = ^incoming
	ofScopes layers = 1<<(9-1) | 1<<(13-1) | 1<<(22-1) | 1<<(26-1)
)

func (n layer) set() layers { return 1 << (n - 1) }

func (n layer) isOfScope() bool { return n != 0 && n.set()&ofScopes != 0 }

// layer returns that of spans of kind k.
func (by suppression) layer(k Kind) layer {
	plain, convention := k.plain(), k>>kindBits
	if by == suppressSpanKind {
		convention = 0
	} else if by == suppressNone || convention == 0 || convention > Kind(Library) {
		return 0
	}
	if plain < KindServer || plain > KindConsumer {
		return 0
	}
	return numbers[plain-KindServer][convention]
}

// has reports whether s, or a span that it descends from with live spans only
// between, is live and of layer n, and of that scope where the layer is a scope's.
// What serves a request begins anew: what called it, in this same process, is not
// looked at, and so is what served before where it calls others.
func (s *Span) has(n layer, scope *Scope) bool {
	if s == nil || n == 0 || s.within&n.set() == 0 {
		return false
	}
	const deepest = 1000 // a bound on the walk, not on traces
	for range deepest {
		r := s.lock()
		if r == nil {
			return false
		}
		parent := r.parent
		same := s.layer == n && (!n.isOfScope() || r.scope == scope.queue())
		r.unlock(s.gen)
		if same {
			return true
		}
		if parent == nil || parent.within&n.set() == 0 {
			return false
		}
		s = parent
	}
	return false
}

// enter puts s, whose parent is in this process or nil, on layer n.
func (s *Span) enter(n layer, parent *Span) {
	s.layer, s.within = n, 0
	if parent != nil {
		s.within = parent.within
	}
	if n == 0 {
		return
	}
	if n.set()&incoming != 0 {
		s.within = 0
	} else {
		s.within &= outgoing
	}
	s.within |= n.set()
}
