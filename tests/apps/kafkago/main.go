// Command kafkago sends messages through a broker of its own and receives them, and prints what the program sees.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
)

var (
	ctx    = context.Background()
	broker string
)

func main() {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "orders", "invoices", "batches", "asked", "nothing", "empty"))
	if err != nil {
		log.Fatal(err)
	}
	defer cluster.Close()
	broker = cluster.ListenAddrs()[0]
	hop()
	batches()
	asked()
	failures()
}

func writer(topic string) *kafka.Writer {
	return &kafka.Writer{Addr: kafka.TCP(broker), Topic: topic, BatchSize: 1, MaxAttempts: 1}
}

func reader(topic, group string) *kafka.Reader {
	return kafka.NewReader(kafka.ReaderConfig{Brokers: []string{broker}, Topic: topic, GroupID: group, MinBytes: 1, MaxBytes: 1 << 20})
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// hop sends an order from a request; whoever bills it sends an invoice.
func hop() {
	orders, invoices := writer("orders"), writer("invoices")
	defer orders.Close()
	defer invoices.Close()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		check(orders.WriteMessages(r.Context(), kafka.Message{Key: []byte("secret"), Value: []byte("secret order")}))
	}))
	defer server.Close()
	billed := make(chan struct{})
	go func() {
		defer close(billed)
		r := reader("orders", "billing")
		defer r.Close()
		for range 2 {
			m, err := r.ReadMessage(ctx)
			check(err)
			fmt.Println("billing", string(m.Value), m.Offset)
			check(invoices.WriteMessages(ctx, kafka.Message{Value: []byte("secret invoice")}))
		}
	}()
	for range 2 {
		response, err := http.Get(server.URL + "/order")
		check(err)
		response.Body.Close()
	}
	<-billed
}

// batches sends messages of several contexts in one call, and commits several at once.
func batches() {
	w := writer("batches")
	w.BatchSize = 3
	defer w.Close()
	shared := make([]kafka.Header, 1, 8)
	shared[0] = kafka.Header{Key: "tenant", Value: []byte("t1")}
	own := kafka.Header{Key: "traceparent", Value: []byte("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")}
	messages := []kafka.Message{
		{Value: []byte("a"), Headers: shared}, {Value: []byte("b"), Headers: shared},
		{Value: []byte("c"), Headers: []kafka.Header{own}},
	}
	check(w.WriteMessages(ctx, messages...))
	for _, m := range messages {
		fmt.Println("still", len(m.Headers))
	}
	fmt.Println("spare", shared[:8][1].Key == "")

	r := reader("batches", "counting")
	defer r.Close()
	var got []kafka.Message
	for range 3 {
		m, err := r.FetchMessage(ctx)
		check(err)
		got = append(got, m)
		fmt.Println("counting", string(m.Value), m.Headers[0].Key)
	}
	check(r.CommitMessages(ctx, got...))
}

// asked receives within a request, which says what is being done.
func asked() {
	w := writer("asked")
	defer w.Close()
	check(w.WriteMessages(ctx, kafka.Message{Value: []byte("x")}))
	r := reader("asked", "")
	defer r.Close()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		m, err := r.ReadMessage(request.Context())
		check(err)
		fmt.Println("asked", string(m.Value))
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/asked")
	check(err)
	response.Body.Close()
}

func failures() {
	nowhere := writer("nowhere")
	defer nowhere.Close()
	err := nowhere.WriteMessages(ctx, kafka.Message{Value: []byte("x")})
	fmt.Println("nowhere", errors.Is(err, kafka.UnknownTopicOrPartition))

	small := writer("nothing")
	small.BatchBytes = 2000
	defer small.Close()
	err = small.WriteMessages(ctx, kafka.Message{Value: []byte("x")}, kafka.Message{Value: make([]byte, 3000)}, kafka.Message{Value: []byte("y")})
	var large kafka.MessageTooLargeError
	fmt.Println("too large", errors.As(err, &large), len(large.Remaining), len(large.Remaining[0].Headers))
	err = small.WriteMessages(ctx, kafka.Message{Value: make([]byte, 1900)}) // as much as there may be
	fmt.Println("just so", err)

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	idle := reader("empty", "idle")
	_, err = idle.FetchMessage(cancelled)
	fmt.Println("cancelled", errors.Is(err, context.Canceled))
	check(idle.Close())
	_, err = idle.FetchMessage(ctx)
	fmt.Println("closed", err)
}
