// Package runtimemetrics observes the Go runtime (semconv runtime/go-metrics.md), the
// process (semconv system/process-metrics.md) and the telemetry itself (semconv
// otel/sdk-metrics.md). It needs no hook: it is linked into programs by package
// lifecycle.
package runtimemetrics

import (
	"sync"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// startDelay is how long after its start a program's metrics begin to be exported,
// if it records none before: programs that are done sooner pay nothing for it, and
// others can set their environment.
const startDelay = 100 * time.Millisecond

// begin is, within a millisecond or so, when the process began.
var begin = time.Now()

func init() {
	metric.Accompany(observe)
	time.AfterFunc(startDelay, func() {
		goroutine.Suppress()
		metric.Enabled() // the first call starts what exports metrics
	})
}

// variable chooses what is observed.
const variable = "WEFT_RUNTIME_METRICS"

// observers are made with the first collection.
var observers = sync.OnceValue(func() (list []func(*metric.Observer)) {
	scope := trace.NewScope(queue.Name+"/runtimemetrics", queue.Version)
	for _, kind := range env.Enums(variable, "go,process,sdk") {
		switch kind {
		case "go":
			list = append(list, newGo(scope))
		case "process":
			list = append(list, newProcess(scope))
		case "sdk":
			list = append(list, newSDK(scope))
		case "spans":
			list = append(list, newSpans(scope))
		case "none":
		default:
			env.Bad(variable, kind, "the others that are named")
		}
	}
	return list
})

func observe(to *metric.Observer) {
	for _, f := range observers() {
		f(to)
	}
}
