// Command service compares the shop as it is, woven by weft, and instrumented by hand with the
// OpenTelemetry SDK: what a request costs at a fixed rate and at saturation.
//
// It builds all three, and runs them in turn, round by round: the shop and the stock service, which
// export to a receiver in this process that counts spans and forgets them. The load comes from this
// process too, and so does Redis, so that only the services are measured.
//
// WEFT_BENCH_ROUNDS is how often each runs (7), WEFT_BENCH_SECONDS how long the fixed rate is kept up
// (6), and WEFT_BENCH_RATE that rate, in requests a second (1000). WEFT_BIN is the weft to use. With
// arguments, only the variants named run: plain, woven, handwritten.
package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/alicebob/miniredis/v2"
	"go.weft.dev/bench/receiver"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// config is how much is to be done.
type config struct{ rounds, seconds, rate int }

func run(only []string) error {
	c := config{rounds: 7, seconds: 6, rate: 1000}
	for name, value := range map[string]*int{
		"WEFT_BENCH_ROUNDS": &c.rounds, "WEFT_BENCH_SECONDS": &c.seconds, "WEFT_BENCH_RATE": &c.rate,
	} {
		if v := os.Getenv(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return fmt.Errorf("%s=%s is not a positive number", name, v)
			}
			*value = n
		}
	}
	directory, err := os.MkdirTemp("", "weft-bench-service")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	results := make(map[string][]result)
	variants, err := build(directory, only)
	if err != nil {
		return err
	}
	redis, err := miniredis.Run()
	if err != nil {
		return err
	}
	defer redis.Close()
	backend, err := receiver.Listen()
	if err != nil {
		return err
	}
	defer backend.Close()
	for round := range c.rounds {
		// Whoever comes first may find the machine in another state than who comes last.
		order := slices.Clone(variants)
		for range round % len(order) {
			order = append(order[1:], order[0])
		}
		for _, v := range order {
			redis.FlushAll()
			r, err := measure(v, c, redis.Addr(), backend)
			if err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			results[v.name] = append(results[v.name], r)
		}
	}
	fmt.Printf("%d rounds of each, in turn: %d requests a second for %d s, then as many as go for %s\n\n",
		c.rounds, c.rate, c.seconds, saturation(c))
	for _, v := range variants {
		show(v.name, results[v.name])
	}
	figures(results)
	return nil
}

// saturation is for how long as many requests are sent as are answered.
func saturation(c config) time.Duration { return time.Duration(c.seconds) * time.Second / 2 }
