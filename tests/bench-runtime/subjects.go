package main

import "context"

// subject is something that is measured.
type subject struct {
	name  string
	what  string
	spans int // that arrive for each operation
	// start returns one operation, and what ships all that it left behind.
	start func() (operation, ship func(), err error)
}

// subjects lists them in the order in which they run: those that are compared, side by side.
var subjects = []subject{
	{"span/weft", "child span, 8 attributes", 1, weftSpan(childSpan)},
	{"span/sdk", "child span, 8 attributes", 1, sdkSpan},
	{"span+context/weft", "the same, with a context", 1, weftSpan(childSpanWithContext)},
	{"unsampled/weft", "child span that is not sampled", 0, weftUnsampled},
	{"unsampled/sdk", "child span that is not sampled", 0, sdkUnsampled},
	{"floor", "two clock reads and an id", 0, floor},
	{"http/plain", "a handler behind a ServeMux", 0, plainServer},
	{"http/weft", "with the hooks of net/http", 1, weftServer},
	{"http/otelhttp", "with otelhttp and the SDK", 1, otelServer},
}

var background = context.Background()
