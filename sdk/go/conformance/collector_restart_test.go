//go:build backends

package conformance

import (
	"io"
	"reflect"
	"strings"
	"testing"
)

// TestCollectorRestarts stops a Collector under a program and starts another one at
// the same address: what the program made meanwhile arrives there.
func TestCollectorRestarts(t *testing.T) {
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			before := startCollector(t)
			address := before.plain.http
			if protocol == "grpc" {
				address = before.plain.grpc
			}
			cmd := program(t, "flushed", nil, "OTEL_EXPORTER_OTLP_PROTOCOL="+protocol,
				"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+address, "OTEL_SERVICE_NAME=restart", "OTEL_BSP_SCHEDULE_DELAY=3600000")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out := started(t, cmd)
			// span has the program make a span, and expects these counts then.
			span := func(name, stats string) {
				t.Helper()
				if _, err := io.WriteString(in, name+"\n"); err != nil {
					t.Fatal(err)
				}
				line, err := out.ReadString('\n')
				if err != nil || line != stats+"\n" {
					t.Fatalf("after %s: %s, %v; want %s", name, line, err, stats)
				}
			}
			span("first", "{Queued:0 Exported:1 Dropped:0 Failed:0}")
			before.stop()
			span("second", "{Queued:1 Exported:1 Dropped:0 Failed:0}")
			after := startCollectorAt(t, before.plain)
			span("third", "{Queued:0 Exported:3 Dropped:0 Failed:0}")
			_ = in.Close()
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
			lines := strings.Split(stderr.String(), "\n")
			if len(lines) != 3 || !strings.HasPrefix(lines[0], "weft: cannot send spans to ") ||
				!strings.HasPrefix(lines[1], "weft: sending spans to ") {
				t.Errorf("stderr %q", stderr.String())
			}
			for c, want := range map[*collector][]string{before: {"first"}, after: {"second", "third"}} {
				if got := spanNames(t, c, "restart"); !reflect.DeepEqual(got, want) {
					t.Errorf("spans %v, want %v", got, want)
				}
			}
		})
	}
}
