// Package global makes the spans, metrics and baggage of programs that use the OpenTelemetry API without an SDK:
// it hooks go.opentelemetry.io/otel/internal/global, where the API keeps what the program configures.
package global

import (
	"go.opentelemetry.io/otel/trace"
	"go.weft.dev/plugins/otel/api"
)

// beforeTracer finds the runtime's tracer; nil when the program has configured a provider. Hooks
// (*tracerProvider).Tracer.
func beforeTracer(name string, options []trace.TracerOption) trace.Tracer {
	return api.Tracer(name, options)
}

// afterTracer returns it in place of the one that waits for a provider.
func afterTracer(own, _ trace.Tracer) trace.Tracer { return own }

// beforeSetDelegate hooks (*tracerProvider).setDelegate, by which a program configures a provider.
func beforeSetDelegate(p trace.TracerProvider) { api.Configure(p) }
