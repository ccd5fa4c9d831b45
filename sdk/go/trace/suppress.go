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
	suppressSemconv  suppression = iota // of the same kind and semantic convention
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

// conventions is how many there are of each kind, with none as the first.
const conventions = 8

// incoming are the layers of servers and consumers, outgoing the others.
const (
	incoming layers = 0xff | 0xff<<(3*conventions)
	outgoing        = ^incoming
)

func (n layer) set() layers { return 1 << (n - 1) }

// layer returns that of spans of kind k.
func (by suppression) layer(k Kind) layer {
	plain, convention := k.plain(), k>>kindBits
	if by == suppressSpanKind {
		convention = 0
	} else if by == suppressNone || convention == 0 || convention >= conventions {
		return 0
	}
	if plain < KindServer || plain > KindConsumer {
		return 0
	}
	return layer((plain-KindServer)*conventions+convention) + 1
}

// has reports whether s, or a span that it descends from with live spans only
// between, is live and of layer n. What serves a request begins anew: what called
// it, in this same process, is not looked at, and so is what served before where
// it calls others.
func (s *Span) has(n layer) bool {
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
		r.unlock(s.gen)
		if s.layer == n {
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
