package runtimemetrics

import (
	"strconv"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// component holds the instruments for one kind of items.
type component struct {
	waiting, capacity, inFlight *metric.Observable[int64]
	processed, exported         *metric.Observable[int64]
}

// newSDK returns what observes how spans, log records and metrics are exported. The
// last export of a program is not in what it exports.
func newSDK(scope *trace.Scope) func(*metric.Observer) {
	components := map[string]component{
		"span":              newComponent(scope, "span", "{span}", true),
		"log":               newComponent(scope, "log", "{log_record}", true),
		"metric_data_point": newComponent(scope, "metric_data_point", "{data_point}", false),
	}
	return func(to *metric.Observer) {
		before := make(map[string]int) // components, by type
		named := func(kind string) []attribute.Attribute {
			name := kind + "/" + strconv.Itoa(before[kind])
			before[kind]++
			return []attribute.Attribute{componentType.String(kind), componentName.String(name)}
		}
		for _, c := range export.Components() {
			instruments := components[c.Item]
			if c.Processor != "" {
				instruments.observeProcessor(to, c, named(c.Processor))
			}
			for _, e := range c.Exporters {
				instruments.observeExporter(to, e, named(e.Type))
			}
		}
	}
}

func newComponent(scope *trace.Scope, item, unit string, queued bool) (c component) {
	options := func(description string) metric.Options { return metric.Options{Unit: unit, Description: description} }
	if queued {
		processor := "otel.sdk.processor." + item
		c.waiting = metric.NewObservableUpDownCounter[int64](scope, processor+".queue.size", options("How many wait in the queue."))
		c.capacity = metric.NewObservableUpDownCounter[int64](scope, processor+".queue.capacity", options("How many can wait in the queue."))
		c.processed = metric.NewObservableCounter[int64](scope, processor+".processed", options("How many were handed to the exporters, or dropped."))
	}
	exporter := "otel.sdk.exporter." + item
	c.inFlight = metric.NewObservableUpDownCounter[int64](scope, exporter+".inflight", options("How many the exporter has and is not done with."))
	c.exported = metric.NewObservableCounter[int64](scope, exporter+".exported", options("How many were exported, or failed to be."))
	return c
}

var (
	componentName = attribute.NewKey("otel.component.name")
	componentType = attribute.NewKey("otel.component.type")
	serverAddress = attribute.NewKey("server.address")
	serverPort    = attribute.NewKey("server.port")
	errorType     = attribute.NewKey("error.type")
)

func (i component) observeProcessor(to *metric.Observer, c export.Component, attributes []attribute.Attribute) {
	i.waiting.Observe(to, c.Waiting, attributes...)
	i.capacity.Observe(to, c.Capacity, attributes...)
	i.processed.Observe(to, c.Submitted, attributes...)
	if c.Dropped > 0 {
		i.processed.Observe(to, c.Dropped, append(attributes, errorType.String("queue_full"))...)
	}
}

func (i component) observeExporter(to *metric.Observer, e export.Exporter, attributes []attribute.Attribute) {
	if e.Address != "" {
		attributes = append(attributes, serverAddress.String(e.Address), serverPort.Int(int64(e.Port)))
	}
	i.inFlight.Observe(to, e.InFlight, attributes...)
	i.exported.Observe(to, e.Exported, attributes...)
	for failure, items := range e.Failed {
		i.exported.Observe(to, items, append(attributes, errorType.String(failure))...)
	}
}
