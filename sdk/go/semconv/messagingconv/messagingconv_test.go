package messagingconv

import (
	"context"
	"errors"
	"testing"

	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

// header is a message's.
type header map[string]string

func (h header) Get(key string) string { return h[key] }
func (h header) Set(key, value string) { h[key] = value }

const elsewhere = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

var orders = Client{System: Kafka, Destination: "orders", Server: "broker.test:9092"}

func TestSend(t *testing.T) {
	message := header{}
	b := NewBatch(1)
	if b.Note(message) {
		t.Error("a message without a context has one")
	}
	if !b.Send(nil, context.Background(), orders) {
		t.Fatal("no span")
	}
	b.Inject(context.Background(), message)
	if !b.Injected(message) || b.Injected(header{"traceparent": elsewhere}) || b.Injected(header{}) {
		t.Error("the context of the message is not known again")
	}
	b.End("", nil)
	got := tracetest.One(t)
	if want := "00-" + got.TraceID + "-" + got.SpanID + "-03"; message["traceparent"] != want {
		t.Errorf("traceparent %q, want %q", message["traceparent"], want)
	}
	got.Check(t, map[string]any{
		"messaging.system": "kafka", "messaging.operation.name": "send", "messaging.operation.type": "send",
		"messaging.destination.name": "orders", "messaging.batch.message_count": nil, "messaging.consumer.group.name": nil,
		"server.address": "broker.test", "server.port": 9092, "error.type": nil,
	})
	if got.Name != "send orders" || got.Kind != trace.KindProducer {
		t.Errorf("got %+v", got)
	}
}

// Where all messages say where they were made, nothing is made here.
func TestSendOn(t *testing.T) {
	b := NewBatch(2)
	for range 2 {
		if !b.Note(header{"traceparent": elsewhere}) {
			t.Error("a message's context is not found")
		}
	}
	b.Send(nil, context.Background(), Client{System: Kafka})
	b.End("ODD", errors.New("odd"))
	got := tracetest.One(t)
	got.Check(t, map[string]any{"messaging.batch.message_count": 2, "messaging.destination.name": nil, "error.type": "ODD", "server.address": nil})
	if got.Name != "send" || got.Kind != trace.KindClient || got.Status != trace.StatusError || got.StatusMessage != "odd" {
		t.Errorf("got %+v", got)
	}
	var none *Batch
	none.End("", nil)
}

func byName(t *testing.T) map[string]tracetest.Span {
	t.Helper()
	spans := map[string]tracetest.Span{}
	for _, s := range tracetest.Take(t) {
		spans[s.Name] = s
	}
	return spans
}

func TestReceive(t *testing.T) {
	consumer := new(int)
	poll := StartPoll(nil, consumer, "poll")
	poll.End(context.Background(), orders, Message{header{"traceparent": elsewhere, "baggage": "a=b"}, KafkaMessage(7, true)})
	process := trace.Current()
	if process == nil || process.Baggage().Header() != "a=b" {
		t.Fatalf("what is done with the message is no part of its trace: %v", process)
	}
	got := byName(t)["poll orders"]
	got.Check(t, map[string]any{
		"messaging.operation.type": "receive", "messaging.kafka.offset": 7, "messaging.kafka.message.tombstone": true,
	})
	if got.Kind != trace.KindClient || got.ParentID != "" || got.TraceID == process.TraceID().String() {
		t.Errorf("got %+v", got)
	}

	StartPoll(nil, new(int), "poll") // of another consumer
	if trace.Current() != process {
		t.Error("what is done with a message ends when another consumer waits")
	}
	StartPoll(nil, consumer, "poll")
	got = byName(t)["process orders"]
	got.Check(t, map[string]any{"messaging.operation.name": "process", "messaging.operation.type": "process"})
	if got.Kind != trace.KindConsumer || got.ParentID != "b7ad6b7169203331" || trace.Current() != nil {
		t.Errorf("got %+v", got)
	}
}

// Where a span is current already, that says what is being done.
func TestReceiveWithin(t *testing.T) {
	span, ctx := trace.Start(context.Background(), "work", trace.KindInternal)
	StartPoll(nil, t, "poll").End(ctx, orders, Message{Header: header{"traceparent": elsewhere}})
	if trace.Current() != span {
		t.Error("another span is current")
	}
	span.End()
	if spans := byName(t); len(spans) != 2 || spans["poll orders"].ParentID != spans["work"].SpanID {
		t.Errorf("got %+v", spans)
	}
}

func TestReceiveFails(t *testing.T) {
	StartPoll(nil, t, "poll").Fail(context.Background(), orders, "ODD", errors.New("odd"))
	got := tracetest.One(t)
	got.Check(t, map[string]any{"error.type": "ODD"})
	if got.Status != trace.StatusError {
		t.Errorf("got %+v", got)
	}
}

// Goroutines that end, or have the consumer closed by another one, leave nothing behind.
func TestClosed(t *testing.T) {
	consumer := new(int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		StartPoll(nil, consumer, "poll").End(context.Background(), orders, Message{Header: header{}})
	}()
	<-done
	Closed(new(int))
	if n := processing.count.Load(); n != 1 {
		t.Errorf("%d messages are processed", n)
	}
	Closed(consumer)
	Closed(consumer)
	if spans := byName(t); len(spans) != 2 || processing.count.Load() != 0 {
		t.Errorf("got %+v", spans)
	}
}

func TestManyThatNobodyEnds(t *testing.T) {
	consumer := new(int)
	for range most + 10 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			StartPoll(nil, consumer, "poll").End(context.Background(), orders, Message{Header: header{}})
		}()
		<-done
	}
	if n := processing.count.Load(); n != most {
		t.Errorf("%d messages are processed", n)
	}
	Closed(consumer)
	if n := processing.count.Load(); n != 0 {
		t.Errorf("%d messages are processed", n)
	}
	tracetest.Drop()
}

func BenchmarkSend(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		batch, message := NewBatch(1), header{}
		batch.Note(message)
		batch.Send(nil, context.Background(), orders)
		batch.Inject(context.Background(), message)
		batch.End("", nil)
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	b.ReportAllocs()
	message := Message{Header: header{"traceparent": elsewhere}}
	for i := 0; b.Loop(); i++ {
		StartPoll(nil, b, "poll").End(context.Background(), orders, message)
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
	Closed(b)
}
