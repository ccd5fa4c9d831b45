package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cost is what the operations of one run cost.
type cost struct {
	Operations int     // measured and not
	CallNs     float64 // of processor time, until the operations are done
	CallAllocs float64
	CallBytes  float64
	CPUNs      float64 // of processor time, until they are shipped
	Allocs     float64
	Bytes      float64
}

// runSubject does a subject's work in this process and prints its cost.
func runSubject(name string) error {
	pieces, err := count(piecesVariable, 1600)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if s.name == name {
			c, err := work(s, pieces)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(c)
		}
	}
	return fmt.Errorf("no such subject")
}

func work(s subject, pieces int) (cost, error) {
	operation, ship, err := s.start()
	if err != nil {
		return cost{}, err
	}
	one := func() {
		for range piece {
			operation()
		}
	}
	// What the first operations set up once is no cost of each.
	for range warmup {
		one()
		ship()
	}
	runtime.GC()
	stop, err := profile(s.name)
	if err != nil {
		return cost{}, err
	}
	var calls time.Duration
	cpu := cpuTime()
	for range pieces {
		began := cpuTime()
		one()
		calls += cpuTime() - began
		ship()
	}
	cpu = cpuTime() - cpu
	stop()

	// In a pass of its own, since reading these numbers stops the process.
	var before, start, end, after runtime.MemStats
	var mallocs, bytes uint64
	runtime.ReadMemStats(&before)
	for range counted {
		runtime.ReadMemStats(&start)
		one()
		runtime.ReadMemStats(&end)
		mallocs += end.Mallocs - start.Mallocs
		bytes += end.TotalAlloc - start.TotalAlloc
		ship()
	}
	runtime.ReadMemStats(&after)

	n, m := float64(pieces*piece), float64(counted*piece)
	return cost{
		Operations: (warmup + pieces + counted) * piece,
		CallNs:     float64(calls) / n,
		CPUNs:      float64(cpu) / n,
		CallAllocs: float64(mallocs) / m,
		CallBytes:  float64(bytes) / m,
		Allocs:     float64(after.Mallocs-before.Mallocs) / m,
		Bytes:      float64(after.TotalAlloc-before.TotalAlloc) / m,
	}, nil
}

// Pieces that are done before anything is measured, and those in which allocations are counted.
const warmup, counted = 4, 10

// profile writes a CPU profile until its result is called, if a directory for profiles is given.
func profile(name string) (stop func(), err error) {
	directory := os.Getenv(profilesVariable)
	if directory == "" {
		return func() {}, nil
	}
	file, err := os.Create(filepath.Join(directory, strings.ReplaceAll(name, "/", "-")+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}, nil
}

// cpuTime is what this process has used of all processors. Unlike the time that passes, it does not
// count what others use.
func cpuTime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now); err != nil {
		panic(err) // cannot fail with these arguments
	}
	return time.Duration(now.Nano())
}
