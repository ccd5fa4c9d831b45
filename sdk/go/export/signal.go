package export

import (
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/otlpjson"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/resource"
)

// signal is one of the kinds of telemetry, as it is called in environment variables
// and on the wire.
type signal struct {
	env      string   // as in OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
	path     string   // of OTLP/HTTP, relative to the base endpoint
	method   string   // of OTLP/gRPC
	items    string   // what a person calls its items
	exporter string   // the default of OTEL_<env>_EXPORTER
	others   []string // exporters of OTEL_<env>_EXPORTER that are made elsewhere
	message  otlpjson.Message
	prefix   string // of settings of OTLP, "" for the one of environment variables
}

var (
	traces = signal{
		env: "TRACES", items: "spans", exporter: "otlp", message: otlpjson.Traces,
		path: "v1/traces", method: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
	}

	// Logs are opt-in: their default is not that of the specification.
	logs = signal{
		env: "LOGS", items: "log records", exporter: "none", message: otlpjson.Logs,
		path: "v1/logs", method: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
	}
)

// queued is a signal whose items wait in a queue until they are shipped. Its timer
// is made when the program starts: one that is made in a testing/synctest bubble
// could be used only there.
type queued struct {
	signal    *signal
	processor string        // as in OTEL_BSP_MAX_QUEUE_SIZE
	delay     time.Duration // the default of its schedule delay

	configure sync.Once
	create    sync.Once
	pipeline  atomic.Pointer[pipeline]
	timer     *time.Timer
}

var (
	tracing = queued{signal: &traces, processor: "BSP", delay: 5 * time.Second}
	logging = queued{signal: &logs, processor: "BLRP", delay: time.Second}
)

// pipelines are all queued signals.
var pipelines = [...]*queued{&tracing, &logging}

func init() {
	for _, q := range pipelines {
		q.stopped()
	}
}

// stopped returns the timer, which runs the pipeline.
func (q *queued) stopped() *time.Timer {
	q.create.Do(func() {
		q.timer = time.AfterFunc(time.Hour, func() {
			if p := q.pipeline.Load(); p != nil {
				p.run()
			}
		})
		q.timer.Stop()
	})
	return q.timer
}

// queue returns the signal's queue, nil when no exporter wants its items. The first
// call reads the environment.
func (q *queued) queue() *queue.Queue {
	q.configure.Do(func() {
		if env.Bool("OTEL_SDK_DISABLED") {
			return
		}
		if exporters := q.signal.exportersFromEnv(); len(exporters) > 0 {
			q.pipeline.Store(newPipeline(q.signal, q.batchFromEnv(), exporters, resource.Encoded, q.stopped()))
		}
	})
	if p := q.pipeline.Load(); p != nil {
		return p.queue
	}
	return nil
}

// batchConfig is what the variables OTEL_BSP_* and OTEL_BLRP_* say
// (configuration/sdk-environment-variables.md#batch-span-processor).
type batchConfig struct {
	processor string        // whose variables they are
	delay     time.Duration // from the first item of a batch to its sending
	timeout   time.Duration // of one attempt
	items     int           // that the queue holds
	bytes     int           // that the queue holds, and what is being sent
	batch     int           // items of one request
}

// maxBytes bounds the memory of what waits. It is not in the specification.
const maxBytes = 16 << 20

func (q *queued) batchFromEnv() batchConfig {
	prefix := "OTEL_" + q.processor
	items := env.Int(prefix+"_MAX_QUEUE_SIZE", 2048, 1)
	return batchConfig{
		processor: q.processor,
		delay:     env.Millis(prefix+"_SCHEDULE_DELAY", q.delay),
		timeout:   env.Timeout(prefix+"_EXPORT_TIMEOUT", 30*time.Second),
		items:     items,
		bytes:     maxBytes,
		batch:     min(env.Int(prefix+"_MAX_EXPORT_BATCH_SIZE", 512, 1), items),
	}
}

func (q *queued) stats() Stats {
	p := q.pipeline.Load()
	if p == nil {
		return Stats{}
	}
	return Stats{
		Queued: int64(p.queue.Len()), Exported: p.exported.Load(),
		Dropped: p.queue.Dropped(), Failed: p.failed.Load(),
	}
}

// reportLoss says, once, how much did not arrive by the end of the program, if more
// than a backend that is out of reach is to blame: that was reported.
func (q *queued) reportLoss() {
	s := q.stats()
	if s.Dropped == 0 && s.Failed == 0 {
		return
	}
	report.Once("lost "+q.signal.env, "of %d %s, %d were dropped for want of room, %d were not accepted, %d are still waiting",
		s.Queued+s.Exported+s.Dropped+s.Failed, q.signal.items, s.Dropped, s.Failed, s.Queued)
}
