package runtimemetrics

import (
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// usage is what an operating system tells about the process. What it does not tell
// is negative.
type usage struct {
	userSeconds, systemSeconds float64
	resident, virtual          int64 // bytes
	threads, files, handles    int64 // files of Unix, handles of Windows
	voluntary, involuntary     int64 // context switches
	major, minor               int64 // page faults
}

func unknownUsage() usage {
	return usage{
		userSeconds: -1, systemSeconds: -1, resident: -1, virtual: -1, threads: -1, files: -1, handles: -1,
		voluntary: -1, involuntary: -1, major: -1, minor: -1,
	}
}

// newProcess returns what observes the process.
func newProcess(scope *trace.Scope) func(*metric.Observer) {
	var (
		cpuMode    = attribute.NewKey("cpu.mode")
		switchType = attribute.NewKey("process.context_switch.type")
		faultType  = attribute.NewKey("system.paging.fault.type")

		cpu = metric.NewObservableCounter[float64](scope, "process.cpu.time",
			metric.Options{Unit: "s", Description: "Total CPU seconds broken down by different CPU modes."})
		resident = metric.NewObservableUpDownCounter[int64](scope, "process.memory.usage",
			metric.Options{Unit: "By", Description: "The amount of physical memory in use."})
		virtual = metric.NewObservableUpDownCounter[int64](scope, "process.memory.virtual",
			metric.Options{Unit: "By", Description: "The amount of committed virtual memory."})
		threads = metric.NewObservableUpDownCounter[int64](scope, "process.thread.count",
			metric.Options{Unit: "{thread}", Description: "Process threads count."})
		files = metric.NewObservableUpDownCounter[int64](scope, "process.unix.file_descriptor.count",
			metric.Options{Unit: "{file_descriptor}", Description: "Number of UNIX file descriptors in use by the process."})
		handles = metric.NewObservableUpDownCounter[int64](scope, "process.windows.handle.count",
			metric.Options{Unit: "{handle}", Description: "Number of handles held by the process."})
		switches = metric.NewObservableCounter[int64](scope, "process.context_switches",
			metric.Options{Unit: "{context_switch}", Description: "Number of times the process has been context switched."})
		faults = metric.NewObservableCounter[int64](scope, "process.paging.faults",
			metric.Options{Unit: "{fault}", Description: "Number of page faults the process has made."})
		uptime = metric.NewObservableGauge[float64](scope, "process.uptime",
			metric.Options{Unit: "s", Description: "The time the process has been running."})
	)
	return func(to *metric.Observer) {
		u := unknownUsage()
		u.read()
		observeKnown(cpu, to, u.userSeconds, cpuMode.String("user"))
		observeKnown(cpu, to, u.systemSeconds, cpuMode.String("system"))
		observeKnown(resident, to, u.resident)
		observeKnown(virtual, to, u.virtual)
		observeKnown(threads, to, u.threads)
		observeKnown(files, to, u.files)
		observeKnown(handles, to, u.handles)
		observeKnown(switches, to, u.voluntary, switchType.String("voluntary"))
		observeKnown(switches, to, u.involuntary, switchType.String("involuntary"))
		observeKnown(faults, to, u.major, faultType.String("major"))
		observeKnown(faults, to, u.minor, faultType.String("minor"))
		uptime.Observe(to, time.Since(begin).Seconds())
	}
}

// observeKnown observes what the operating system told.
func observeKnown[N metric.Number](o *metric.Observable[N], to *metric.Observer, v N, attributes ...attribute.Attribute) {
	if v >= 0 {
		o.Observe(to, v, attributes...)
	}
}
