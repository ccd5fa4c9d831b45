package otlpjson

import "go.weft.dev/sdk/internal/wire"

// Message names a message of OTLP (opentelemetry/proto, version 1.9).
type Message uint8

// The requests of the signals.
const (
	none Message = iota
	Traces
	Logs
	Metrics

	resourceSpans
	scopeSpans
	span
	event
	link
	status
	resourceLogs
	scopeLogs
	logRecord
	resourceMetrics
	scopeMetrics
	metric
	gauge
	sum
	histogram
	exponentialHistogram
	summary
	numberPoint
	histogramPoint
	exponentialPoint
	buckets
	summaryPoint
	quantile
	exemplar
	resource
	entity
	scope
	keyValue
	anyValue
	arrayValue
	keyValueList
)

// kind is the type of a field: how it is on the wire and how it is written.
type kind uint8

const (
	text kind = iota
	id        // bytes, written in hexadecimal where others are in base64
	blob
	message
	boolean
	double
	enum // written as a number, which OTLP/JSON demands
	uint32Varint
	sint32
	flags // fixed32
	int64Varint
	uint64Varint
	fixed64
	sfixed64
	nanos // fixed64, a time since 1970
)

// wireType returns what a single value of the kind is on the wire.
func (k kind) wireType() int {
	switch k {
	case text, id, blob, message:
		return wire.Bytes
	case double, fixed64, sfixed64, nanos:
		return wire.Fixed64
	case flags:
		return wire.Fixed32
	default:
		return wire.Varint
	}
}

// field is one field of a message.
type field struct {
	number  int
	kind    kind
	name    string  // in OTLP/JSON
	message Message // of kind message
	list    bool

	// For people:
	short string   // the name, where it is another; "-" is for none of their business
	names []string // of an enum's values
	since int      // the number of the field with the time that the duration is from
}

var (
	spanKinds     = []string{"unspecified", "internal", "server", "client", "producer", "consumer"}
	statusCodes   = []string{"unset", "ok", "error"}
	temporalities = []string{"unspecified", "delta", "cumulative"}
	severities    = []string{
		"unspecified",
		"trace", "trace2", "trace3", "trace4", "debug", "debug2", "debug3", "debug4",
		"info", "info2", "info3", "info4", "warn", "warn2", "warn3", "warn4",
		"error", "error2", "error3", "error4", "fatal", "fatal2", "fatal3", "fatal4",
	}
)

// messages holds the fields of each message, in the order in which they are written.
// Messages refer to each other by number, so that the table needs no code to be made.
var messages = [...][]field{
	Traces:  {{number: 1, name: "resourceSpans", kind: message, message: resourceSpans, list: true}},
	Logs:    {{number: 1, name: "resourceLogs", kind: message, message: resourceLogs, list: true}},
	Metrics: {{number: 1, name: "resourceMetrics", kind: message, message: resourceMetrics, list: true}},

	resourceSpans: {
		{number: 1, name: "resource", kind: message, message: resource},
		{number: 2, name: "scopeSpans", kind: message, message: scopeSpans, list: true},
		{number: 3, name: "schemaUrl"},
	},
	scopeSpans: {
		{number: 1, name: "scope", kind: message, message: scope},
		{number: 2, name: "spans", kind: message, message: span, list: true},
		{number: 3, name: "schemaUrl"},
	},
	span: {
		{number: 5, name: "name"},
		{number: 6, name: "kind", kind: enum, names: spanKinds},
		{number: 1, name: "traceId", kind: id},
		{number: 2, name: "spanId", kind: id},
		{number: 4, name: "parentSpanId", kind: id},
		{number: 3, name: "traceState"},
		{number: 16, name: "flags", kind: flags, short: "-"},
		{number: 7, name: "startTimeUnixNano", kind: nanos, short: "start"},
		{number: 8, name: "endTimeUnixNano", kind: nanos, short: "duration", since: 7},
		{number: 15, name: "status", kind: message, message: status},
		{number: 9, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 10, name: "droppedAttributesCount", kind: uint32Varint},
		{number: 11, name: "events", kind: message, message: event, list: true},
		{number: 12, name: "droppedEventsCount", kind: uint32Varint},
		{number: 13, name: "links", kind: message, message: link, list: true},
		{number: 14, name: "droppedLinksCount", kind: uint32Varint},
	},
	event: {
		{number: 2, name: "name"},
		{number: 1, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 3, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 4, name: "droppedAttributesCount", kind: uint32Varint},
	},
	link: {
		{number: 1, name: "traceId", kind: id},
		{number: 2, name: "spanId", kind: id},
		{number: 3, name: "traceState"},
		{number: 6, name: "flags", kind: flags, short: "-"},
		{number: 4, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 5, name: "droppedAttributesCount", kind: uint32Varint},
	},
	status: {
		{number: 3, name: "code", kind: enum, names: statusCodes},
		{number: 2, name: "message"},
	},

	resourceLogs: {
		{number: 1, name: "resource", kind: message, message: resource},
		{number: 2, name: "scopeLogs", kind: message, message: scopeLogs, list: true},
		{number: 3, name: "schemaUrl"},
	},
	scopeLogs: {
		{number: 1, name: "scope", kind: message, message: scope},
		{number: 2, name: "logRecords", kind: message, message: logRecord, list: true},
		{number: 3, name: "schemaUrl"},
	},
	logRecord: {
		{number: 1, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 11, name: "observedTimeUnixNano", kind: nanos, short: "observed"},
		{number: 2, name: "severityNumber", kind: enum, short: "severity", names: severities},
		{number: 3, name: "severityText"},
		{number: 12, name: "eventName"},
		{number: 5, name: "body", kind: message, message: anyValue},
		{number: 6, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 7, name: "droppedAttributesCount", kind: uint32Varint},
		{number: 8, name: "flags", kind: flags, short: "-"},
		{number: 9, name: "traceId", kind: id},
		{number: 10, name: "spanId", kind: id},
	},

	resourceMetrics: {
		{number: 1, name: "resource", kind: message, message: resource},
		{number: 2, name: "scopeMetrics", kind: message, message: scopeMetrics, list: true},
		{number: 3, name: "schemaUrl"},
	},
	scopeMetrics: {
		{number: 1, name: "scope", kind: message, message: scope},
		{number: 2, name: "metrics", kind: message, message: metric, list: true},
		{number: 3, name: "schemaUrl"},
	},
	metric: {
		{number: 1, name: "name"},
		{number: 2, name: "description", short: "-"},
		{number: 3, name: "unit"},
		{number: 5, name: "gauge", kind: message, message: gauge},
		{number: 7, name: "sum", kind: message, message: sum},
		{number: 9, name: "histogram", kind: message, message: histogram},
		{number: 10, name: "exponentialHistogram", kind: message, message: exponentialHistogram},
		{number: 11, name: "summary", kind: message, message: summary},
		{number: 12, name: "metadata", kind: message, message: keyValue, list: true},
	},
	gauge: {{number: 1, name: "dataPoints", kind: message, message: numberPoint, list: true}},
	sum: {
		{number: 2, name: "aggregationTemporality", kind: enum, names: temporalities},
		{number: 3, name: "isMonotonic", kind: boolean},
		{number: 1, name: "dataPoints", kind: message, message: numberPoint, list: true},
	},
	histogram: {
		{number: 2, name: "aggregationTemporality", kind: enum, names: temporalities},
		{number: 1, name: "dataPoints", kind: message, message: histogramPoint, list: true},
	},
	exponentialHistogram: {
		{number: 2, name: "aggregationTemporality", kind: enum, names: temporalities},
		{number: 1, name: "dataPoints", kind: message, message: exponentialPoint, list: true},
	},
	summary: {{number: 1, name: "dataPoints", kind: message, message: summaryPoint, list: true}},
	numberPoint: {
		{number: 7, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "startTimeUnixNano", kind: nanos, short: "start"},
		{number: 3, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 4, name: "asDouble", kind: double, short: "value"},
		{number: 6, name: "asInt", kind: sfixed64, short: "value"},
		{number: 5, name: "exemplars", kind: message, message: exemplar, list: true},
		{number: 8, name: "flags", kind: uint32Varint, short: "-"},
	},
	histogramPoint: {
		{number: 9, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "startTimeUnixNano", kind: nanos, short: "start"},
		{number: 3, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 4, name: "count", kind: fixed64},
		{number: 5, name: "sum", kind: double},
		{number: 11, name: "min", kind: double},
		{number: 12, name: "max", kind: double},
		{number: 7, name: "explicitBounds", kind: double, list: true},
		{number: 6, name: "bucketCounts", kind: fixed64, list: true},
		{number: 8, name: "exemplars", kind: message, message: exemplar, list: true},
		{number: 10, name: "flags", kind: uint32Varint, short: "-"},
	},
	exponentialPoint: {
		{number: 1, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "startTimeUnixNano", kind: nanos, short: "start"},
		{number: 3, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 4, name: "count", kind: fixed64},
		{number: 5, name: "sum", kind: double},
		{number: 12, name: "min", kind: double},
		{number: 13, name: "max", kind: double},
		{number: 6, name: "scale", kind: sint32},
		{number: 7, name: "zeroCount", kind: fixed64},
		{number: 14, name: "zeroThreshold", kind: double},
		{number: 8, name: "positive", kind: message, message: buckets},
		{number: 9, name: "negative", kind: message, message: buckets},
		{number: 11, name: "exemplars", kind: message, message: exemplar, list: true},
		{number: 10, name: "flags", kind: uint32Varint, short: "-"},
	},
	buckets: {
		{number: 1, name: "offset", kind: sint32},
		{number: 2, name: "bucketCounts", kind: uint64Varint, list: true},
	},
	summaryPoint: {
		{number: 7, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "startTimeUnixNano", kind: nanos, short: "start"},
		{number: 3, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 4, name: "count", kind: fixed64},
		{number: 5, name: "sum", kind: double},
		{number: 6, name: "quantileValues", kind: message, message: quantile, list: true},
		{number: 8, name: "flags", kind: uint32Varint, short: "-"},
	},
	quantile: {
		{number: 1, name: "quantile", kind: double},
		{number: 2, name: "value", kind: double},
	},
	exemplar: {
		{number: 7, name: "filteredAttributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "timeUnixNano", kind: nanos, short: "time"},
		{number: 3, name: "asDouble", kind: double, short: "value"},
		{number: 6, name: "asInt", kind: sfixed64, short: "value"},
		{number: 5, name: "traceId", kind: id},
		{number: 4, name: "spanId", kind: id},
	},

	resource: {
		{number: 1, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 2, name: "droppedAttributesCount", kind: uint32Varint},
		{number: 3, name: "entityRefs", kind: message, message: entity, list: true},
	},
	entity: {
		{number: 1, name: "schemaUrl"},
		{number: 2, name: "type"},
		{number: 3, name: "idKeys", list: true},
		{number: 4, name: "descriptionKeys", list: true},
	},
	scope: {
		{number: 1, name: "name"},
		{number: 2, name: "version"},
		{number: 3, name: "attributes", kind: message, message: keyValue, list: true},
		{number: 4, name: "droppedAttributesCount", kind: uint32Varint},
	},
	keyValue: {
		{number: 1, name: "key"},
		{number: 2, name: "value", kind: message, message: anyValue},
	},
	anyValue: {
		{number: 1, name: "stringValue"},
		{number: 2, name: "boolValue", kind: boolean},
		{number: 3, name: "intValue", kind: int64Varint},
		{number: 4, name: "doubleValue", kind: double},
		{number: 5, name: "arrayValue", kind: message, message: arrayValue},
		{number: 6, name: "kvlistValue", kind: message, message: keyValueList},
		{number: 7, name: "bytesValue", kind: blob},
	},
	arrayValue:   {{number: 1, name: "values", kind: message, message: anyValue, list: true}},
	keyValueList: {{number: 1, name: "values", kind: message, message: keyValue, list: true}},
}
