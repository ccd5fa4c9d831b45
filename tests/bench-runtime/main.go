// Command runtime compares the runtime in sdk/go with the OpenTelemetry Go SDK: what a span, a
// measurement and an HTTP request cost, export included.
//
// It runs itself once for each subject and round, the subjects in turn. A subject's process does its
// work in pieces, ships each piece to an OTLP/HTTP receiver in the first process, and says what the
// work cost the whole process. So neither side is disturbed by the other, and what a side does later,
// in the background, counts.
//
// WEFT_BENCH_ROUNDS is how often each subject runs (5), WEFT_BENCH_PIECES how many pieces of work
// each run does (1600). WEFT_BENCH_ONLY is a regular expression for the names of subjects, and
// WEFT_BENCH_PROFILES a directory for CPU profiles of them.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"

	"go.weft.dev/bench/receiver"
)

// piece is how many operations are done before they are shipped: fewer than the 512 of a full batch,
// so that nothing is shipped while they are done, and none is lost.
const piece = 500

func main() {
	if name := os.Getenv(subjectVariable); name != "" {
		if err := runSubject(name); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		return
	}
	if err := compare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	subjectVariable  = "WEFT_BENCH_SUBJECT"
	piecesVariable   = "WEFT_BENCH_PIECES"
	roundsVariable   = "WEFT_BENCH_ROUNDS"
	onlyVariable     = "WEFT_BENCH_ONLY"
	profilesVariable = "WEFT_BENCH_PROFILES"
)

// count returns a variable's value, or def.
func count(name string, def int) (int, error) {
	v := os.Getenv(name)
	if v == "" {
		return def, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s=%s is not a positive number", name, v)
	}
	return n, nil
}

// compare runs every subject in turn, round by round, and prints what they cost.
func compare() error {
	rounds, err := count(roundsVariable, 5)
	if err != nil {
		return err
	}
	only, err := regexp.Compile(os.Getenv(onlyVariable))
	if err != nil {
		return err
	}
	backend, err := receiver.Listen()
	if err != nil {
		return err
	}
	defer backend.Close()
	costs := make(map[string][]cost)
	for range rounds {
		for _, s := range subjects {
			if !only.MatchString(s.name) {
				continue
			}
			backend.Reset()
			c, err := measure(s, backend.Endpoint())
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if got, want := backend.Spans(), s.spans*c.Operations; got != want {
				return fmt.Errorf("%s: %d spans arrived, want %d", s.name, got, want)
			}
			if s.measures && backend.MetricRequests() == 0 {
				return fmt.Errorf("%s: no measurements arrived", s.name)
			}
			costs[s.name] = append(costs[s.name], c)
		}
	}
	fmt.Printf("%d rounds of each, in turn\n\n", rounds)
	for _, s := range subjects {
		if ran := costs[s.name]; len(ran) > 0 {
			show(s, ran)
		}
	}
	fmt.Println()
	figures(costs)
	return nil
}

// measure runs one subject in a process of its own.
func measure(s subject, endpoint string) (cost, error) {
	var c cost
	self, err := os.Executable()
	if err != nil {
		return c, err
	}
	port, err := freePort()
	if err != nil {
		return c, err
	}
	subject := exec.Command(self)
	subject.Stderr = os.Stderr
	subject.Env = []string{
		subjectVariable + "=" + s.name,
		piecesVariable + "=" + os.Getenv(piecesVariable),
		profilesVariable + "=" + os.Getenv(profilesVariable),
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + endpoint,
		"OTEL_SERVICE_NAME=bench",
		"OTEL_METRICS_EXPORTER=" + s.metrics,
		"OTEL_EXPORTER_PROMETHEUS_PORT=" + port,
	}
	out, err := subject.Output()
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(out, &c)
}

// freePort returns a port that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
