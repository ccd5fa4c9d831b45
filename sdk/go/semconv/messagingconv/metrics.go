package messagingconv

import (
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/semconv/internal/hostport"
	"go.weft.dev/sdk/trace"
)

var (
	system               = attribute.NewKey("messaging.system")
	operationName        = attribute.NewKey("messaging.operation.name")
	operationType        = attribute.NewKey("messaging.operation.type")
	destinationName      = attribute.NewKey("messaging.destination.name")
	destinationPartition = attribute.NewKey("messaging.destination.partition.id")
	consumerGroup        = attribute.NewKey("messaging.consumer.group.name")
	batchMessageCount    = attribute.NewKey("messaging.batch.message_count")
	kafkaOffset          = attribute.NewKey("messaging.kafka.offset")
	kafkaTombstone       = attribute.NewKey("messaging.kafka.message.tombstone")
	serverAddress        = attribute.NewKey("server.address")
	serverPort           = attribute.NewKey("server.port")
	errorType            = attribute.NewKey("error.type")
)

// bounds are the buckets of durations (semconv messaging/messaging-metrics.md).
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// series has what the attributes of measurements are made of.
type series struct {
	operation // with no start
	failure   string
}

// measured is what belongs to a series.
type measured struct {
	duration   *metric.Histogram[float64]
	messages   *metric.Counter[int64] // nil where there are none to count
	attributes *trace.Attributes      // that spans of the series end with
}

var known durations.Cache[series, measured]

func (s *series) find() *measured {
	hash := durations.Hash(len(s.Partition), s.Destination, s.Partition, s.name, s.failure)
	if m := known.Find(hash, s); m != nil {
		return m
	}
	list := s.attributes(true)
	if s.failure != "" {
		list = append(list, errorType.String(s.failure))
	}
	m := measured{attributes: trace.NewAttributes(list...)}
	counter := func(name, description string) {
		all := metric.NewCounter[int64](s.scope, name, metric.Options{Unit: "{message}", Description: description})
		m.messages = all.With(list...)
	}
	name, description := "messaging.client.operation.duration", "Duration of messaging operation initiated by a producer or consumer client."
	switch s.kind {
	case "process":
		name, description = "messaging.process.duration", "Duration of processing operation."
	case "send":
		counter("messaging.client.sent.messages", "Number of messages producer attempted to send to the broker.")
	case "receive":
		counter("messaging.client.consumed.messages", "Number of messages that were delivered to the application.")
	}
	m.duration = durations.New(s.scope, name, description, bounds).With(list...)
	return known.Add(hash, s, m)
}

func appendServer(to []attribute.Attribute, server string) []attribute.Attribute {
	address, port := hostport.Split(server)
	if address == "" {
		return to
	}
	to = append(to, serverAddress.String(address))
	if port > 0 {
		to = append(to, serverPort.Int(int64(port)))
	}
	return to
}
