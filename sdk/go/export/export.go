// Package export ships finished telemetry to where the environment says, by the
// OpenTelemetry specification (protocol/exporter.md, trace/sdk.md). It never
// blocks the program, except in Flush, and starts nothing before there is
// something to ship.
package export

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/resource"
)

// schemaURL names the version of the semantic conventions that is followed.
const schemaURL = "https://opentelemetry.io/schemas/1.44.0"

// tracing is the pipeline of spans. Its timer is made when the program starts: one
// that is made in a testing/synctest bubble could be used only there.
var tracing struct {
	configure sync.Once
	create    sync.Once
	pipeline  atomic.Pointer[pipeline]
	timer     *time.Timer
}

func init() { tracesTimer() }

func tracesTimer() *time.Timer {
	tracing.create.Do(func() {
		tracing.timer = time.AfterFunc(time.Hour, func() {
			if p := tracing.pipeline.Load(); p != nil {
				p.run()
			}
		})
		tracing.timer.Stop()
	})
	return tracing.timer
}

// Traces returns the queue for finished spans, nil when no exporter wants them.
// The first call reads the environment.
func Traces() *queue.Queue {
	tracing.configure.Do(func() {
		if env.Bool("OTEL_SDK_DISABLED") {
			return
		}
		if exporters := traces.exportersFromEnv(); len(exporters) > 0 {
			tracing.pipeline.Store(newPipeline(traces, batchFromEnv(), exporters, resource.Encoded, tracesTimer()))
		}
	})
	if p := tracing.pipeline.Load(); p != nil {
		return p.queue
	}
	return nil
}

// exportersFromEnv reads OTEL_<signal>_EXPORTER.
func (s signal) exportersFromEnv() []exporter {
	name := "OTEL_" + s.env + "_EXPORTER"
	var exporters []exporter
	known := false
	for _, kind := range env.List(name, "otlp") {
		switch kind {
		case "otlp":
			exporters = append(exporters, newHTTPExporter(s, s.otlpFromEnv()))
		case "console":
			exporters = append(exporters, newConsole())
		case "none":
		default:
			env.Bad(name, kind, "the others that are named, or else otlp")
			continue
		}
		known = true
	}
	if !known {
		exporters = append(exporters, newHTTPExporter(s, s.otlpFromEnv()))
	}
	return exporters
}

// batchConfig is what the variables OTEL_BSP_* say
// (configuration/sdk-environment-variables.md#batch-span-processor).
type batchConfig struct {
	delay   time.Duration // from the first item of a batch to its sending
	timeout time.Duration // of one attempt
	items   int           // that the queue holds
	bytes   int           // that the queue holds, and what is being sent
	batch   int           // items of one request
}

// maxBytes bounds the memory of what waits. It is not in the specification.
const maxBytes = 16 << 20

func batchFromEnv() batchConfig {
	items := env.Int("OTEL_BSP_MAX_QUEUE_SIZE", 2048, 1)
	return batchConfig{
		delay:   env.Millis("OTEL_BSP_SCHEDULE_DELAY", 5*time.Second),
		timeout: env.Millis("OTEL_BSP_EXPORT_TIMEOUT", 30*time.Second),
		items:   items,
		bytes:   maxBytes,
		batch:   min(env.Int("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 1), items),
	}
}

// Flush ships what there is. It returns when that is done, at once when nobody
// answers, and after longest in any case.
func Flush(longest time.Duration) {
	p := tracing.pipeline.Load()
	if p == nil || p.queue.Len() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	p.flush(ctx)
}

// Stats counts spans since the start of the program.
type Stats struct {
	Queued   int64 // waiting, or being sent
	Exported int64 // accepted by all exporters
	Dropped  int64 // for want of room in the queue
	Failed   int64 // refused, or given up after trying for long
}

// TraceStats returns the counts of spans.
func TraceStats() Stats {
	p := tracing.pipeline.Load()
	if p == nil {
		return Stats{}
	}
	return Stats{
		Queued: int64(p.queue.Len()), Exported: p.exported.Load(),
		Dropped: p.queue.Dropped(), Failed: p.failed.Load(),
	}
}

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

func started() {
	if onStart.started.Load() {
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
