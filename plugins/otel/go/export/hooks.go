// Package export keeps the runtime from tracing what a program's own OpenTelemetry SDK sends: it hooks the places
// in which go.opentelemetry.io/otel/sdk calls exporters.
package export

import "go.weft.dev/sdk/trace"

// beforeExport hooks what calls an exporter.
func beforeExport() *trace.Paused { return trace.Pause() }

func afterExport(p *trace.Paused) { p.Resume() }
