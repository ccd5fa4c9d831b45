package kafkago

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/segmentio/kafka-go"
	"go.weft.dev/sdk/trace/tracetest"
)

func TestFailureOf(t *testing.T) {
	for want, err := range map[string]error{
		"":                           nil,
		"UNKNOWN_TOPIC_OR_PARTITION": fmt.Errorf("write: %w", kafka.UnknownTopicOrPartition),
		"LEADER_NOT_AVAILABLE":       kafka.WriteErrors{nil, kafka.LeaderNotAvailable},
		"MESSAGE_SIZE_TOO_LARGE":     kafka.MessageTooLargeError{},
		"context.Canceled":           kafka.WriteErrors{context.Canceled},
		"_OTHER":                     io.ErrClosedPipe,
	} {
		if got := failureOf(err); got != want {
			t.Errorf("failureOf(%v) = %q, want %q", err, got, want)
		}
	}
}

// The program may use one list of headers for many messages.
func TestHeadersAreCopied(t *testing.T) {
	shared := make([]kafka.Header, 2, 8)
	shared[0], shared[1] = kafka.Header{Key: "tenant"}, kafka.Header{Key: "traceparent", Value: []byte("stale")}
	message := kafka.Message{Headers: shared}
	h := (*header)(&message.Headers)
	h.Set("traceparent", "x")
	h.Set("tracestate", "y")
	if h.Get("traceparent") != "x" || h.Get("tracestate") != "y" || h.Get("none") != "" || len(message.Headers) != 3 {
		t.Errorf("got %v", message.Headers)
	}
	h.clear()
	if len(message.Headers) != 1 || message.Headers[0].Key != "tenant" {
		t.Errorf("got %v", message.Headers)
	}
	if string(shared[1].Value) != "stale" || shared[:8][2].Key != "" {
		t.Errorf("the program's headers are now %v", shared[:8])
	}
}

func TestMessagesAreCopied(t *testing.T) {
	w := &kafka.Writer{Addr: kafka.TCP("a:1", "b:2"), Topic: "orders", BatchBytes: 2000}
	messages := []kafka.Message{{Value: []byte("x")}, {Value: make([]byte, 1900)}}
	batch, with := beforeWrite(w, context.Background(), messages)
	if len(with[0].Headers) == 0 || len(with[1].Headers) != 0 || len(messages[0].Headers) != 0 {
		t.Errorf("sent %v of %v", with, messages)
	}
	large := kafka.MessageTooLargeError{Remaining: with[:1]}
	afterWrite(batch, large)
	if len(large.Remaining[0].Headers) != 0 {
		t.Errorf("what remains is %v", large.Remaining)
	}
	tracetest.One(t).Check(t, map[string]any{"messaging.destination.name": "orders", "messaging.batch.message_count": 2, "error.type": "MESSAGE_SIZE_TOO_LARGE"})
	if batch, with := beforeWrite(w, context.Background(), nil); batch != nil || with != nil {
		t.Error("a span of no messages")
	}
}

func TestTopicOf(t *testing.T) {
	a, b := kafka.Message{Topic: "a"}, kafka.Message{Topic: "b"}
	if topicOf([]kafka.Message{a, a}) != "a" || topicOf([]kafka.Message{a, b}) != "" {
		t.Error("the topic of messages")
	}
	if only("a:1") != "a:1" || only("a:1,b:2") != "" {
		t.Error("the only address")
	}
}
