package trace

import (
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/queue"
)

// provider is the configuration of tracing, fixed with the first span.
type provider struct {
	disabled  bool // OTEL_SDK_DISABLED: pass on contexts, make nothing
	recording bool // somebody wants the spans
	suppress  suppression
	exception exceptionSignal
	sampler   sampler
	limits    limits
	queue     *queue.Queue
	counters  *counters // nil where spans are not counted
}

// limits bound what one span holds (trace/sdk.md#span-limits).
type limits struct {
	attributes, events, links       int
	eventAttributes, linkAttributes int
	valueLength                     int // characters of a string, -1 for no limit
}

var (
	configured atomic.Pointer[provider]
	configure  sync.Once
)

// current returns the provider, which the first call makes from the environment.
func current() *provider {
	if p := configured.Load(); p != nil {
		return p
	}
	configure.Do(func() { configured.CompareAndSwap(nil, newProvider(export.Traces())) })
	return configured.Load()
}

// newProvider reads the environment. q is nil when spans are not wanted.
func newProvider(q *queue.Queue) *provider {
	return &provider{
		disabled:  env.Bool("OTEL_SDK_DISABLED"),
		recording: q != nil,
		suppress:  suppressionFromEnv(),
		exception: exceptionSignalFromEnv(),
		sampler:   samplerFromEnv(),
		limits:    limitsFromEnv(),
		queue:     q,
		counters:  countersFromEnv(),
	}
}

// limitsFromEnv reads the limits; those of spans take precedence over the general
// ones (common/README.md#configurable-parameters).
func limitsFromEnv() limits {
	count := env.Int("OTEL_ATTRIBUTE_COUNT_LIMIT", 128, 0)
	length := env.Int("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", -1, 0)
	return limits{
		attributes:      env.Int("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count, 0),
		events:          env.Int("OTEL_SPAN_EVENT_COUNT_LIMIT", 128, 0),
		links:           env.Int("OTEL_SPAN_LINK_COUNT_LIMIT", 128, 0),
		eventAttributes: env.Int("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", 128, 0),
		linkAttributes:  env.Int("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", 128, 0),
		valueLength:     env.Int("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length, 0),
	}
}
