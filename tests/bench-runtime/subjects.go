package main

import "context"

// subject is something that is measured.
type subject struct {
	name  string
	what  string
	spans int // that arrive for each operation
	// metrics is the OTEL_METRICS_EXPORTER of the runtime: as measurements are shipped once a minute,
	// and spans all the time, those of spans and requests are made but not shipped with each piece.
	metrics string
	// measures says that measurements are what arrives.
	measures bool
	// start returns one operation, and what ships all that it left behind.
	start func() (operation, ship func(), err error)
}

// subjects lists them in the order in which they run: those that are compared, side by side.
var subjects = []subject{
	{name: "span/weft", metrics: "none", what: "child span, 8 attributes", spans: 1, start: weftSpan(childSpan)},
	{name: "span/sdk", what: "child span, 8 attributes", spans: 1, start: sdkSpan},
	{name: "span+context/weft", metrics: "none", what: "the same, with a context", spans: 1, start: weftSpan(childSpanWithContext)},
	{name: "unsampled/weft", metrics: "none", what: "child span that is not sampled", spans: 0, start: weftUnsampled},
	{name: "unsampled/sdk", what: "child span that is not sampled", spans: 0, start: sdkUnsampled},
	{name: "floor", what: "two clock reads and an id", spans: 0, start: floor},
	{name: "histogram/weft", what: "one value, 8 attributes", metrics: "otlp", measures: true, start: weftHistogram},
	{name: "histogram/sdk", what: "one value, 8 attributes", metrics: "otlp", measures: true, start: sdkHistogram},
	{name: "histogram+bound/weft", what: "one value, attributes given once", metrics: "otlp", measures: true, start: weftHistogramBound},
	{name: "histogram+bound/sdk", what: "one value, attributes given once", metrics: "otlp", measures: true, start: sdkHistogramSet},
	{name: "http/plain", what: "a handler behind a ServeMux", spans: 0, start: plainServer},
	{name: "http/weft", metrics: "prometheus", what: "with the hooks of net/http", spans: 1, start: weftServer},
	{name: "http/otelhttp", what: "with otelhttp and the SDK", spans: 1, start: otelServer},
}

var background = context.Background()
