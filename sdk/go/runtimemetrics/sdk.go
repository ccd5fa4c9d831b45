package runtimemetrics

import (
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
		for _, c := range export.Components() {
			components[c.Item].observe(to, c)
		}
	}
}

func newComponent(scope *trace.Scope, item, unit string, queued bool) (c component) {
	options := func(description string) metric.Options { return metric.Options{Unit: unit, Description: description} }
	if queued {
		processor := "otel.sdk.processor." + item
		c.waiting = metric.NewObservableUpDownCounter[int64](scope, processor+".queue.size", options("How many wait in the queue."))
		c.capacity = metric.NewObservableUpDownCounter[int64](scope, processor+".queue.capacity", options("How many can wait in the queue."))
		c.processed = metric.NewObservableCounter[int64](scope, processor+".processed", options("How many have left the processor, or were dropped."))
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

// named returns the attributes of a component of a type, of which there is one.
func named(kind string) []attribute.Attribute {
	if kind == "" {
		return nil
	}
	return []attribute.Attribute{componentType.String(kind), componentName.String(kind + "/0")}
}

func (i component) observe(to *metric.Observer, c export.Component) {
	processor := named(c.Processor)
	i.waiting.Observe(to, c.Waiting, processor...)
	i.capacity.Observe(to, c.Capacity, processor...)
	i.processed.Observe(to, c.Exported+c.Failed, processor...)
	if c.Dropped > 0 {
		i.processed.Observe(to, c.Dropped, append(processor, errorType.String("queue_full"))...)
	}
	exporter := named(c.Exporter)
	if c.Address != "" {
		exporter = append(exporter, serverAddress.String(c.Address), serverPort.Int(int64(c.Port)))
	}
	i.inFlight.Observe(to, c.InFlight, exporter...)
	i.exported.Observe(to, c.Exported, exporter...)
	if c.Failed > 0 {
		i.exported.Observe(to, c.Failed, append(exporter, errorType.String("_OTHER"))...)
	}
}
