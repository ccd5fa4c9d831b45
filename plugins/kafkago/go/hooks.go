// Package kafkago makes spans of the messages that github.com/segmentio/kafka-go sends and receives.
package kafkago

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/segmentio/kafka-go"
	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/semconv/errortype"
	"go.weft.dev/sdk/semconv/messagingconv"
	"go.weft.dev/sdk/trace"
)

var scope = trace.NewScope("go.weft.dev/plugins/kafkago", "0.1.0")

// beforeWrite starts the span of sending messages, and gives the writer copies with its context. Hooks
// (*Writer).WriteMessages.
func beforeWrite(w *kafka.Writer, ctx context.Context, messages []kafka.Message) (*messagingconv.Batch, []kafka.Message) {
	if len(messages) == 0 {
		return nil, messages
	}
	batch, made := noted(messages)
	client := messagingconv.Client{System: messagingconv.Kafka, Destination: w.Topic}
	if client.Destination == "" {
		client.Destination = topicOf(messages)
	}
	if w.Addr != nil {
		client.Server = only(w.Addr.String())
	}
	if !batch.Send(scope, ctx, client) {
		return nil, messages
	}
	limit := w.BatchBytes
	if limit <= 0 {
		limit = 1 << 20 // (*Writer).batchBytes
	}
	with := slices.Clone(messages)
	for i := range with {
		if !made[i] && fits(&with[i], limit) {
			batch.Inject(ctx, (*header)(&with[i].Headers))
		}
	}
	return batch, with
}

func afterWrite(batch *messagingconv.Batch, err error) {
	batch.End(failureOf(err), err)
	var large kafka.MessageTooLargeError
	if errors.As(err, &large) {
		for i := range large.Remaining { // which the program may send again, so they are as they were
			if h := (*header)(&large.Remaining[i].Headers); batch.Injected(h) {
				h.clear()
			}
		}
	}
}

// fetch is a wait for the next message.
type fetch struct {
	poll   *messagingconv.Poll
	reader *kafka.Reader
	ctx    context.Context
}

// beforeFetch begins to wait. Hooks (*Reader).FetchMessage, which ReadMessage calls.
func beforeFetch(r *kafka.Reader, ctx context.Context) *fetch {
	return &fetch{messagingconv.StartPoll(scope, r, "poll"), r, ctx}
}

func afterFetch(f *fetch, m kafka.Message, err error) {
	client := clientOf(f.reader)
	switch {
	case hook.Panicking(), errors.Is(err, io.EOF), err != nil && f.ctx.Err() != nil:
		// The program has ended the wait.
	case err != nil:
		client.Destination = f.reader.Config().Topic
		f.poll.Fail(f.ctx, client, failureOf(err), err)
	default:
		client.Destination, client.Partition = m.Topic, strconv.Itoa(m.Partition)
		f.poll.End(f.ctx, client, messagingconv.Message{
			Header: (*header)(&m.Headers), Attributes: messagingconv.KafkaMessage(m.Offset, m.Value == nil && m.Key != nil),
		})
	}
}

// beforeCommit starts the span of committing offsets. Hooks (*Reader).CommitMessages.
func beforeCommit(r *kafka.Reader, ctx context.Context, messages []kafka.Message) *messagingconv.Batch {
	if len(messages) == 0 {
		return nil
	}
	batch, _ := noted(messages)
	client := clientOf(r)
	client.Destination = topicOf(messages)
	if !batch.Settle(scope, ctx, client, "commit") {
		return nil
	}
	return batch
}

func afterCommit(batch *messagingconv.Batch, err error) { batch.End(failureOf(err), err) }

// beforeClose ends what is done with messages of the reader. Hooks (*Reader).Close.
func beforeClose(r *kafka.Reader) { messagingconv.Closed(r) }

// noted returns a batch of messages, and which of them say where they were made.
func noted(messages []kafka.Message) (*messagingconv.Batch, []bool) {
	batch, made := messagingconv.NewBatch(len(messages)), make([]bool, len(messages))
	for i := range messages {
		made[i] = batch.Note((*header)(&messages[i].Headers))
	}
	return batch, made
}

// topicOf returns the topic of all messages, empty where they have several.
func topicOf(messages []kafka.Message) string {
	for i := range messages {
		if messages[i].Topic != messages[0].Topic {
			return ""
		}
	}
	return messages[0].Topic
}

func clientOf(r *kafka.Reader) messagingconv.Client {
	config := r.Config()
	return messagingconv.Client{
		System: messagingconv.Kafka, Group: config.GroupID, Server: only(strings.Join(config.Brokers, ",")),
	}
}

// only returns the only address of a list, empty where it is not known which of several counts.
func only(list string) string {
	if strings.Contains(list, ",") {
		return ""
	}
	return list
}

// failureOf returns the error.type: Kafka's own name for its errors.
func failureOf(err error) string {
	var all kafka.WriteErrors
	if errors.As(err, &all) {
		if i := slices.IndexFunc(all, func(err error) bool { return err != nil }); i >= 0 {
			err = all[i]
		}
	}
	if errors.As(err, new(kafka.MessageTooLargeError)) {
		err = kafka.MessageSizeTooLarge // which it wraps in newer versions
	}
	var code kafka.Error
	if errors.As(err, &code) && code.Title() != "" {
		return strings.ToUpper(strings.ReplaceAll(code.Title(), " ", "_"))
	}
	return errortype.Of(err)
}
