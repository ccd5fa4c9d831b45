//go:build unix

package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
)

// ended waits for a program and returns its status.
func ended(t *testing.T, cmd *exec.Cmd) syscall.WaitStatus {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.Sys().(syscall.WaitStatus)
}

func TestKilledBySignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		for _, tt := range []struct {
			program, variable string
			spans             int
		}{
			{"idle", "WEFT_SIGNALS=on", 1},
			{"idle", "WEFT_SIGNALS=off", 0},
			{"idle", "OTEL_TRACES_EXPORTER=none", 0},
			{"reset", "WEFT_SIGNALS=on", 1},
		} {
			t.Run(tt.program+" "+sig.String()+" "+tt.variable, func(t *testing.T) {
				t.Parallel()
				s := newSink(t)
				cmd := program(t, tt.program, s, tt.variable, "OTEL_BSP_SCHEDULE_DELAY=3600000")
				started(t, cmd)
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if status := ended(t, cmd); !status.Signaled() || status.Signal() != sig {
					t.Errorf("status %#x, want death by %v", status, sig)
				}
				if got := len(s.spans()); got != tt.spans {
					t.Errorf("%d spans, want %d", got, tt.spans)
				}
			})
		}
	}
}

func TestHandlerKeepsItsSignal(t *testing.T) {
	s := newSink(t)
	cmd := program(t, "graceful", s, "OTEL_BSP_SCHEDULE_DELAY=3600000")
	out := started(t, cmd)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	if status := ended(t, cmd); status.ExitStatus() != 3 || string(rest) != "bye\n" {
		t.Errorf("status %d after %q, want 3 after bye", status.ExitStatus(), rest)
	}
	if got := len(s.spans()); got != 1 {
		t.Errorf("%d spans, want 1", got)
	}
}

func TestIgnoredStaysIgnored(t *testing.T) {
	s := newSink(t)
	cmd := program(t, "ignoring", s, "OTEL_BSP_SCHEDULE_DELAY=3600000")
	started(t, cmd)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	if status := ended(t, cmd); status.Signal() != syscall.SIGINT {
		t.Errorf("status %#x, want death by SIGINT", status)
	}
}

func TestIgnoredAtStart(t *testing.T) {
	s := newSink(t)
	inner := program(t, "idle", s, "OTEL_BSP_SCHEDULE_DELAY=3600000")
	cmd := exec.Command("/bin/sh", "-c", `trap "" HUP; exec "$0"`, inner.Path)
	cmd.Env = inner.Env
	started(t, cmd)
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	if status := ended(t, cmd); status.Signal() != syscall.SIGTERM {
		t.Errorf("status %#x, want death by SIGTERM", status)
	}
	if got := len(s.spans()); got != 1 {
		t.Errorf("%d spans, want 1", got)
	}
}

func TestPanic(t *testing.T) {
	s := newSink(t)
	cmd := program(t, "panic", s)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if status := ended(t, cmd); status.ExitStatus() != 2 || !strings.HasPrefix(stderr.String(), "panic: as always\n") {
		t.Errorf("status %#x, stderr %s", status, stderr.String())
	}
}

// A signal that arrives while a request is on its way has it, and what came after it,
// delivered before the program dies of the signal.
func TestKilledDuringAnExport(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			arrived, answer := make(chan struct{}, 10), make(chan struct{})
			var s *sink
			if protocol == "grpc" {
				s = newGRPCSink(t, func(context.Context, int) (*collectortrace.ExportTraceServiceResponse, error) {
					arrived <- struct{}{}
					<-answer
					return nil, nil
				}).sink
			} else {
				s = newSink(t)
				s.answers(func(http.ResponseWriter, *http.Request) bool {
					arrived <- struct{}{}
					<-answer
					return false
				})
			}
			cmd := program(t, "second", s, "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol, "OTEL_BSP_SCHEDULE_DELAY=0")
			c := converse(t, cmd)
			<-arrived
			if line := c.ask(); line != "made\n" {
				t.Fatal(line)
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			close(answer)
			if status := ended(t, cmd); !status.Signaled() || status.Signal() != syscall.SIGTERM {
				t.Errorf("status %#x, want death by SIGTERM", status)
			}
			if got := len(s.spans()); got != 2 || len(s.requests) != 2 {
				t.Errorf("%d spans in %d requests, want 2 in 2", got, len(s.requests))
			}
		})
	}
}
