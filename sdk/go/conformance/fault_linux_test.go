package conformance

import (
	"os"
	"strings"
	"testing"
)

// A disk that is full, and a reader that is gone, are told once each.
func TestConsoleCannotBeWritten(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	for why, out := range map[string]*os.File{"no space left on device": full, "broken pipe": write} {
		cmd := program(t, "toStderr", nil, "OTEL_TRACES_EXPORTER=console")
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = out, &stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%s: %v", why, err)
		}
		want := "weft: standard output did not accept all spans: " + why + "\n" +
			"weft: of 3 spans, 0 were dropped for want of room, 3 were not accepted, 0 are still waiting\n" +
			"{Queued:3 Exported:0 Dropped:0 Failed:0}\n{Queued:0 Exported:0 Dropped:0 Failed:6}\n"
		if got := stderr.String(); got != want {
			t.Errorf("stderr %s, want %s", got, want)
		}
	}
}
