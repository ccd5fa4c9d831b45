package messagingconv

import (
	"context"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/trace"
)

// A Poll is the wait of a consumer for its next message.
type Poll struct {
	operation
	consumer any // the same for all calls of one consumer
}

// StartPoll begins to wait: the program has done what it had to do with the message that this goroutine got before
// from the same consumer, whose span ends.
func StartPoll(scope *trace.Scope, consumer any, name string) *Poll {
	if p := processOf(trace.Current()); p != nil && p.consumer == consumer {
		p.finish()
	}
	p := &Poll{consumer: consumer}
	p.scope, p.name, p.kind, p.start = scope, name, "receive", clock.Monotonic()
	return p
}

// A Message is one that was received.
type Message struct {
	Header propagation.Getter
	// Attributes are those of the one message, beside those of the client.
	Attributes []attribute.Attribute
}

// KafkaMessage returns the attributes of a message of Kafka.
func KafkaMessage(offset int64, tombstone bool) []attribute.Attribute {
	list := []attribute.Attribute{kafkaOffset.Int(offset)}
	if tombstone {
		list = append(list, kafkaTombstone.Bool(true))
	}
	return list
}

// End ends the wait with a message. It makes the span of it now, so that a consumer that waits in vain has none, and
// starts the span of what the program does with the message, as long as it does that on its own: where a span is
// current already, that says what is being done. The parent of the latter is where the message was made, and both
// link to it.
func (p *Poll) End(ctx context.Context, c Client, m Message) {
	p.Client = c
	made, members := propagation.Extract(m.Header)
	alone := trace.Parent(ctx) == nil
	if span := p.begin(ctx, trace.SpanContext{}, trace.KindClient); span != nil {
		describe(span, made, m.Attributes)
		p.end(span, "", nil, 1)
	}
	if !alone {
		return
	}
	if members != nil {
		ctx = baggage.NewContext(ctx, members)
	}
	started := &process{operation: p.operation, consumer: p.consumer}
	started.name, started.kind, started.start = "process", "process", clock.Monotonic()
	if started.span = started.begin(ctx, made, trace.KindConsumer); started.span != nil {
		describe(started.span, made, m.Attributes)
		started.keep()
	}
}

// Fail ends the wait with an error. failure is its error.type; where the program itself has ended the wait, such as
// by a time limit, the hook leaves Fail out.
func (p *Poll) Fail(ctx context.Context, c Client, failure string, err error) {
	p.Client = c
	if span := p.begin(ctx, trace.SpanContext{}, trace.KindClient); span != nil {
		p.end(span, failure, err, 0)
	}
}

func describe(span *trace.Span, made trace.SpanContext, attributes []attribute.Attribute) {
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(attributes...)
	if made.IsValid() {
		span.AddLink(made)
	}
}

// A process is what a program does with one message, on the goroutine that has received it.
type process struct {
	operation
	span     *trace.Span
	consumer any
}

// processing holds them by the ids of their spans. Goroutines may end, and consumers be left, without a word: most
// bounds how many are kept.
var processing struct {
	count atomic.Int32

	mu    sync.Mutex
	spans map[trace.SpanID]*process
}

const most = 1024

func (p *process) keep() {
	l := &processing
	l.mu.Lock()
	if l.spans == nil {
		l.spans = make(map[trace.SpanID]*process)
	}
	var left *process
	if len(l.spans) >= most {
		for _, left = range l.spans {
			break
		}
	}
	l.spans[p.span.SpanID()] = p
	l.mu.Unlock()
	l.count.Add(1)
	if left != nil {
		left.finish()
	}
}

// processOf returns the process that a span stands for, nil where it is another one.
func processOf(span *trace.Span) *process {
	l := &processing
	if span == nil || l.count.Load() == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.spans[span.SpanID()]
}

// finish ends the process; of several calls the first counts.
func (p *process) finish() {
	l := &processing
	id := p.span.SpanID()
	l.mu.Lock()
	_, is := l.spans[id]
	delete(l.spans, id)
	l.mu.Unlock()
	if is {
		l.count.Add(-1)
		p.end(p.span, "", nil, 0)
	}
}

// Closed ends what is done with messages of a consumer that is closed.
func Closed(consumer any) {
	l := &processing
	var open []*process
	l.mu.Lock()
	for _, p := range l.spans {
		if p.consumer == consumer {
			open = append(open, p)
		}
	}
	l.mu.Unlock()
	for _, p := range open {
		p.finish()
	}
}
