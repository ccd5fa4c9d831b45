// Package export ships finished telemetry to where the environment says, by the
// OpenTelemetry specification (protocol/exporter.md, trace/sdk.md, logs/sdk.md). It
// never blocks the program, except in Flush, and starts nothing before there is
// something to ship.
package export

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
)

// schemaURL names the version of the semantic conventions that is followed.
const schemaURL = "https://opentelemetry.io/schemas/1.44.0"

// Traces returns the queue for finished spans, nil when no exporter wants them.
// The first call reads the environment.
func Traces() *queue.Queue { return tracing.queue() }

// Logs returns the queue for log records, nil when no exporter wants them, which is
// the default. The first call reads the environment.
func Logs() *queue.Queue { return logging.queue() }

// exportersFromEnv reads OTEL_<signal>_EXPORTER.
func (s *signal) exportersFromEnv() []exporter {
	name := "OTEL_" + s.env + "_EXPORTER"
	var exporters []exporter
	known := false
	for _, kind := range env.Enums(name, s.exporter) {
		switch {
		case kind == "otlp" || kind == "console" || env.HasFile() && strings.HasPrefix(kind, "otlp/"):
			exporters = append(exporters, s.newExporter(kind))
		case kind == "none" || slices.Contains(s.others, kind):
		default:
			env.Bad(name, kind, "the others that are named, or else "+s.exporter)
			continue
		}
		known = true
	}
	if !known && s.exporter != "none" {
		exporters = append(exporters, s.newExporter(s.exporter))
	}
	return exporters
}

func (s *signal) newExporter(kind string) exporter {
	if kind == "console" {
		return newConsole(s)
	}
	named := *s
	named.prefix = config.OTLPPrefix(s.env, kind)
	c := named.otlpFromEnv()
	if c.protocol == "grpc" {
		return newGRPCExporter(s, c)
	}
	return newHTTPExporter(s, c)
}

// finals are what Flush calls besides the queues' pipelines.
var finals struct {
	sync.Mutex
	list []func(context.Context)
}

// onFlush has f called by each Flush, beside others, to ship what is not queued. f
// returns when ctx ends at the latest, and at once where there is nothing.
func onFlush(f func(ctx context.Context)) {
	finals.Lock()
	defer finals.Unlock()
	finals.list = append(finals.list, f)
}

// Flush ships what there is of all signals. It returns when that is done, at once
// when nobody answers, and after longest in any case. It reports what was lost, if
// anything was.
func Flush(longest time.Duration) {
	finals.Lock()
	work := slices.Clone(finals.list)
	finals.Unlock()
	for _, q := range pipelines {
		if p := q.pipeline.Load(); p != nil && p.queue.Len() > 0 {
			work = append(work, p.flush)
		}
	}
	if len(work) == 0 {
		return
	}
	// What starts here is the runtime's own.
	labels := goroutine.Save()
	goroutine.Suppress()
	defer goroutine.Restore(labels)
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	done := make(chan struct{}, len(work))
	for _, f := range work {
		go func() {
			f(ctx)
			done <- struct{}{}
		}()
	}
	for range work {
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	for _, q := range pipelines {
		q.reportLoss()
	}
}

// Stats counts the items of a signal since the start of the program.
type Stats struct {
	Queued   int64 // waiting, or being sent
	Exported int64 // accepted by all exporters
	Dropped  int64 // for want of room in the queue
	Failed   int64 // refused, or given up after trying for long
}

// TraceStats returns the counts of spans.
func TraceStats() Stats { return tracing.stats() }

// LogStats returns the counts of log records.
func LogStats() Stats { return logging.stats() }

// onStart holds what OnStart was given.
var onStart struct {
	mu      sync.Mutex
	started atomic.Bool
	f       func()
}

// OnStart has f called once, when the first item waits to be shipped. Only one
// function can be given.
func OnStart(f func()) {
	onStart.mu.Lock()
	already := onStart.started.Load()
	onStart.f = f
	onStart.mu.Unlock()
	if already {
		f()
	}
}

// started says that there is something to ship, now or later. In a testing/synctest
// bubble it waits for a later call: what the function starts is to outlive the bubble.
func started() {
	if onStart.started.Load() || goroutine.InBubble() {
		return
	}
	onStart.mu.Lock()
	first := onStart.started.CompareAndSwap(false, true)
	f := onStart.f
	onStart.mu.Unlock()
	if first && f != nil {
		f()
	}
}
