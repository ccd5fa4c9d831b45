package runtimemetrics

import (
	"math"
	"runtime/metrics"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// What package runtime/metrics calls what is read.
const (
	memoryTotal    = "/memory/classes/total:bytes"
	memoryReleased = "/memory/classes/heap/released:bytes"
	memoryStacks   = "/memory/classes/heap/stacks:bytes"
	memoryLimit    = "/gc/gomemlimit:bytes"
	allocated      = "/gc/heap/allocs:bytes"
	allocations    = "/gc/heap/allocs:objects"
	heapGoal       = "/gc/heap/goal:bytes"
	cycles         = "/gc/cycles/total:gc-cycles"
	goroutines     = "/sched/goroutines:goroutines"
	processors     = "/sched/gomaxprocs:threads"
	gogc           = "/gc/gogc:percent"
	cpuUser        = "/cpu/classes/user:cpu-seconds"
	cpuGC          = "/cpu/classes/gc/total:cpu-seconds"
	cpuIdle        = "/cpu/classes/idle:cpu-seconds"
	cpuScavenge    = "/cpu/classes/scavenge/total:cpu-seconds"
	pauses         = "/sched/pauses/total/gc:seconds"
	latencies      = "/sched/latencies:seconds"
)

var names = [...]string{
	memoryTotal, memoryReleased, memoryStacks, memoryLimit, allocated, allocations, heapGoal, cycles, goroutines,
	processors, gogc, cpuUser, cpuGC, cpuIdle, cpuScavenge, pauses, latencies,
}

// readings are the samples of one collection.
type readings struct {
	samples [len(names)]metrics.Sample
	index   map[string]int
}

// number returns a counted value. It reports false for one that this version of Go
// does not have, or that is beyond what can be sent, as limits that are off are.
func (r *readings) number(name string) (int64, bool) {
	v := r.samples[r.index[name]].Value
	if v.Kind() != metrics.KindUint64 || v.Uint64() >= math.MaxInt64 {
		return 0, false
	}
	return int64(v.Uint64()), true
}

// newGo returns what observes the Go runtime.
func newGo(scope *trace.Scope) func(*metric.Observer) {
	var (
		memoryType = attribute.NewKey("go.memory.type")
		cpuState   = attribute.NewKey("go.cpu.state")

		used = metric.NewObservableUpDownCounter[int64](scope, "go.memory.used",
			metric.Options{Unit: "By", Description: "Memory used by the Go runtime."})
		cpu = metric.NewObservableCounter[float64](scope, "go.cpu.time",
			metric.Options{Unit: "s", Description: "Estimated CPU time spent by the Go runtime."})
	)
	counter := metric.NewObservableCounter[int64]
	upDown := metric.NewObservableUpDownCounter[int64]
	plain := []struct {
		reading, name, unit, description string
		create                           func(*trace.Scope, string, metric.Options) *metric.Observable[int64]
		instrument                       *metric.Observable[int64]
	}{
		{memoryLimit, "go.memory.limit", "By", "Go runtime memory limit configured by the user, if a limit exists.", upDown, nil},
		{allocated, "go.memory.allocated", "By", "Memory allocated to the heap by the application.", counter, nil},
		{allocations, "go.memory.allocations", "{allocation}", "Count of allocations to the heap by the application.", counter, nil},
		{heapGoal, "go.memory.gc.goal", "By", "Heap size target for the end of the GC cycle.", upDown, nil},
		{cycles, "go.memory.gc.cycles", "{gc_cycle}", "Number of completed GC cycles.", counter, nil},
		{goroutines, "go.goroutine.count", "{goroutine}", "Count of live goroutines.", upDown, nil},
		{processors, "go.processor.limit", "{thread}", "The number of OS threads that can execute user-level Go code simultaneously.", upDown, nil},
		{gogc, "go.config.gogc", "%", "Heap size target percentage configured by the user, otherwise 100.", upDown, nil},
	}
	for i := range plain {
		p := &plain[i]
		p.instrument = p.create(scope, p.name, metric.Options{Unit: p.unit, Description: p.description})
	}
	r := &readings{index: make(map[string]int)}
	for i, name := range names {
		r.samples[i].Name = name
		r.index[name] = i
	}
	metrics.Read(r.samples[:])
	pause := newHistogram(r, pauses, scope, "go.memory.gc.pause.duration",
		"Distribution of individual GC-related stop-the-world pause latencies.")
	latency := newHistogram(r, latencies, scope, "go.schedule.duration",
		"The time goroutines have spent in the scheduler in a runnable state before actually running.")
	return func(to *metric.Observer) {
		metrics.Read(r.samples[:])
		for i := range plain {
			if v, ok := r.number(plain[i].reading); ok {
				plain[i].instrument.Observe(to, v)
			}
		}
		total, _ := r.number(memoryTotal)
		released, _ := r.number(memoryReleased)
		stacks, _ := r.number(memoryStacks)
		used.Observe(to, stacks, memoryType.String("stack"))
		used.Observe(to, total-released-stacks, memoryType.String("other"))
		for _, state := range [...]struct{ reading, name string }{
			{cpuUser, "user"}, {cpuGC, "gc"}, {cpuIdle, "idle"}, {cpuScavenge, "scavenge"},
		} {
			if v := r.samples[r.index[state.reading]].Value; v.Kind() == metrics.KindFloat64 {
				cpu.Observe(to, v.Float64(), cpuState.String(state.name))
			}
		}
		pause.observe(to, r)
		latency.observe(to, r)
	}
}
