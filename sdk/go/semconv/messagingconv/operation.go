// Package messagingconv makes spans and metrics of messages by the OpenTelemetry semantic conventions (semconv
// messaging/messaging-spans.md, in development) for hooks of clients of brokers.
package messagingconv

import (
	"context"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// Kafka is the messaging.system of Kafka.
const Kafka = "kafka"

// A Client is who sends or receives, and where.
type Client struct {
	// System is the messaging.system.
	System string
	// Destination is the messaging.destination.name, empty where messages of one operation have several.
	Destination string
	// Partition is the messaging.destination.partition.id, if there is one.
	Partition string
	// Group is the messaging.consumer.group.name.
	Group string
	// Server is the address of the broker, with its port.
	Server string
}

// An operation is what a client does, by the system's name for it and the conventions' type.
type operation struct {
	scope *trace.Scope
	Client
	name, kind string
	start      int64 // on the clock
}

func (o *operation) spanName() string {
	if o.Destination == "" {
		return o.name
	}
	return o.name + " " + o.Destination
}

// begin starts the span of the operation as of its start; remote is its parent if it is valid.
func (o *operation) begin(ctx context.Context, remote trace.SpanContext, kind trace.Kind) *trace.Span {
	kind = kind.Of(trace.Messaging)
	if remote.IsValid() {
		return o.scope.StartRemoteLeaf(ctx, remote, o.spanName(), kind, o.start)
	}
	return o.scope.StartLeafOnClock(ctx, o.spanName(), kind, o.start, nil)
}

// end ends the span with what belongs to the operation. failure is the error.type of err.
func (o *operation) end(span *trace.Span, failure string, err error, messages int) {
	now := clock.Monotonic()
	key := series{operation: *o, failure: failure}
	key.start = 0
	s := key.find()
	s.duration.Record(span, durations.Seconds(o.start, now))
	if s.messages != nil && messages > 0 {
		s.messages.Add(span, int64(messages))
	}
	if err != nil {
		message := err.Error()
		span.SetError(message)
		span.LogError("messaging."+o.kind+".exception", err, message)
	}
	span.EndWith(now, "", s.attributes)
}

// A Batch is what one operation sends or settles.
type Batch struct {
	operation
	span  *trace.Span
	count int
	links []trace.SpanContext // to contexts that messages have already
}

// NewBatch returns a batch of so many messages.
func NewBatch(count int) *Batch {
	return &Batch{count: count, operation: operation{start: clock.Monotonic()}}
}

// Note notes a message by its headers. It reports whether the message has a context, which a producer leaves as it
// is: it tells where the message was made.
func (b *Batch) Note(header propagation.Getter) bool {
	sc, _ := propagation.Extract(header)
	if !sc.IsValid() {
		return false
	}
	b.links = append(b.links, sc)
	return true
}

// Send starts the span of sending the messages, which have been noted. It reports false where no span is to be made.
func (b *Batch) Send(scope *trace.Scope, ctx context.Context, c Client) bool {
	kind := trace.KindProducer
	if len(b.links) == b.count {
		kind = trace.KindClient // no message is made here
	}
	return b.do(scope, ctx, c, "send", "send", kind)
}

// Settle starts the span of settling them, by the system's name for that.
func (b *Batch) Settle(scope *trace.Scope, ctx context.Context, c Client, name string) bool {
	return b.do(scope, ctx, c, name, "settle", trace.KindClient)
}

func (b *Batch) do(scope *trace.Scope, ctx context.Context, c Client, name, kind string, span trace.Kind) bool {
	b.scope, b.Client, b.name, b.kind = scope, c, name, kind
	b.span = b.begin(ctx, trace.SpanContext{}, span)
	if b.span == nil {
		return false
	}
	if b.span.IsRecording() {
		if b.count > 1 {
			b.span.SetAttributes(batchMessageCount.Int(int64(b.count)))
		}
		for _, sc := range b.links {
			b.span.AddLink(sc)
		}
	}
	return true
}

// Inject writes the span's context, and the baggage of ctx, to a message that has none.
func (b *Batch) Inject(ctx context.Context, header propagation.Setter) {
	propagation.Inject(ctx, b.span, header)
}

// Injected reports whether it is the span's context that a message has.
func (b *Batch) Injected(header propagation.Getter) bool {
	sc, _ := propagation.Extract(header)
	return sc.IsValid() && sc.SpanID == b.span.SpanID()
}

// End ends the span. failure is the error.type of err.
func (b *Batch) End(failure string, err error) {
	if b != nil && b.span != nil {
		b.end(b.span, failure, err, b.count)
	}
}

// attributes returns those of spans and measurements.
func (o *operation) attributes(withServer bool) []attribute.Attribute {
	list := []attribute.Attribute{system.String(o.System), operationName.String(o.name), operationType.String(o.kind)}
	for _, a := range [...]struct {
		key   attribute.Key
		value string
	}{{destinationName, o.Destination}, {destinationPartition, o.Partition}, {consumerGroup, o.Group}} {
		if a.value != "" {
			list = append(list, a.key.String(a.value))
		}
	}
	if withServer {
		list = appendServer(list, o.Server)
	}
	return list
}
