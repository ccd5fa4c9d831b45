package conformance

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// Here are programs for the tests of faults. They print what the tests ask for on
// standard input.

func manySpan() {
	s, _ := scopeA.Start(context.Background(), "many", trace.KindInternal)
	s.End()
}

// state is what steady prints.
type state struct {
	Created int64
	Heap    uint64        // bytes in use after a collection
	Longest time.Duration // that making one span took
	export.Stats
}

func (s state) String() string {
	return fmt.Sprintln(s.Created, s.Heap, int64(s.Longest), s.Queued, s.Exported, s.Dropped, s.Failed)
}

func readState(line string) (s state, err error) {
	_, err = fmt.Sscan(line, &s.Created, &s.Heap, (*int64)(&s.Longest), &s.Queued, &s.Exported, &s.Dropped, &s.Failed)
	return s, err
}

// steady makes and measures as many spans as milliseconds pass, with a word of telemetry about itself for each
// line of input, until there is no more input. Then it flushes, once more for metrics of the
// first flush, and has the last word.
func steady() {
	lines := make(chan string)
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
		close(lines)
	}()
	created, longest := int64(0), time.Duration(0)
	print := func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		os.Stdout.WriteString(state{created, m.HeapAlloc, longest, export.TraceStats()}.String())
	}
	measured := metric.NewCounter[int64](scopeA, "measured", metric.Options{})
	since := time.Now()
	tick := time.NewTicker(time.Millisecond)
	fmt.Println("ready")
	for {
		select {
		case <-tick.C:
			for ; created < time.Since(since).Milliseconds(); created++ {
				start := time.Now()
				manySpan()
				measured.Add(nil, 1)
				longest = max(longest, time.Since(start))
			}
		case _, ok := <-lines:
			if !ok {
				lifecycle.Flush()
				lifecycle.Flush()
				print()
				return
			}
			print()
		}
	}
}

// large makes far more of large spans than may be kept, and prints its heap's growth
// and the counts.
func large() {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	key, value := attribute.NewKey("large"), strings.Repeat("x", 10_000)
	manySpan() // brings the runtime up
	before := heap()
	for range 10_000 {
		s, _ := scopeA.Start(context.Background(), "many", trace.KindInternal)
		s.SetString(key, value)
		s.End()
	}
	os.Stdout.WriteString(state{10_001, max(heap(), before) - before, 0, export.TraceStats()}.String())
}

// second makes a span, and another one for each line of input.
func second() {
	manySpan()
	fmt.Println("ready")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		manySpan()
		fmt.Println("made")
	}
	select {}
}

// toStderr is many with its counts on standard error, and some output of its own.
func toStderr() {
	for range 3 {
		manySpan()
	}
	before := export.TraceStats()
	lifecycle.Flush()
	for range 3 {
		manySpan()
	}
	lifecycle.Flush()
	fmt.Fprintf(os.Stderr, "%+v\n%+v\n", before, export.TraceStats())
}

// goroutines prints how many goroutines more than before there are once all is
// flushed. Goroutines take a while to end; a test that waits for ever fails.
func goroutines() {
	before := runtime.NumGoroutine()
	for range 3 {
		manySpan()
	}
	lifecycle.Flush()
	for runtime.NumGoroutine() > before {
		time.Sleep(time.Millisecond)
	}
	fmt.Printf("%+v\n", export.TraceStats())
}
