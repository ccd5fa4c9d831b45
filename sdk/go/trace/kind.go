package trace

// Kind is a span's kind, with the numbers of OTLP's SpanKind, and the semantic
// convention that the span follows, if any: see Of.
type Kind uint8

// Span kinds (trace/api.md#spankind). The zero Kind counts as KindInternal.
const (
	KindInternal Kind = iota + 1
	KindServer
	KindClient
	KindProducer
	KindConsumer
)

// Convention is a semantic convention that spans follow.
type Convention uint8

// Semantic conventions for what one process does for another.
const (
	HTTP Convention = iota + 1
	Database
	RPC
	Messaging
	GenAI
	MCP
	FaaS
)

// Library is for what no semantic convention is about: spans follow it together when
// they are of one scope. It is for libraries whose operations call one another.
const Library = FaaS + 1

// A Kind has the span kind in its lower three bits and the convention above.
const kindBits = 3

// Of returns the kind k of spans that follow c.
func (k Kind) Of(c Convention) Kind { return k.plain() | Kind(c)<<kindBits }

// plain returns k without a convention.
func (k Kind) plain() Kind { return k & (1<<kindBits - 1) }
