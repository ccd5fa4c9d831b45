package export

import (
	"reflect"
	"testing"
	"time"
)

func TestExportersFromEnv(t *testing.T) {
	tests := []struct {
		signal *signal
		value  string
		want   []string
	}{
		{&traces, "", []string{"http://localhost:4318/v1/traces"}},
		{&traces, "none", nil},
		{&traces, "console", []string{"standard output"}},
		{&traces, " otlp , console ", []string{"http://localhost:4318/v1/traces", "standard output"}},
		{&traces, "nonsense", []string{"http://localhost:4318/v1/traces"}},
		{&traces, "nonsense,console", []string{"standard output"}},
		{&logs, "", nil},
		{&logs, "otlp", []string{"http://localhost:4318/v1/logs"}},
		{&logs, "nonsense", nil},
		{&signal{env: "LOGS", path: "v1/logs", exporter: "otlp", others: []string{"special"}}, "special", nil},
	}
	for _, tt := range tests {
		t.Setenv("OTEL_"+tt.signal.env+"_EXPORTER", tt.value)
		var got []string
		for _, e := range tt.signal.exportersFromEnv() {
			got = append(got, e.name())
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s %q: %q, want %q", tt.signal.env, tt.value, got, tt.want)
		}
	}
}

func TestBatchFromEnv(t *testing.T) {
	type config struct {
		q    *queued
		name string
	}
	for _, c := range []config{{&tracing, "OTEL_BSP_"}, {&logging, "OTEL_BLRP_"}} {
		usual := batchConfig{
			processor: c.q.processor, delay: c.q.delay, timeout: 30 * time.Second,
			items: 2048, bytes: maxBytes, batch: 512,
		}
		if got := c.q.batchFromEnv(); got != usual {
			t.Errorf("%s: %+v, want %+v", c.name, got, usual)
		}
		t.Setenv(c.name+"SCHEDULE_DELAY", "7")
		t.Setenv(c.name+"EXPORT_TIMEOUT", "8")
		t.Setenv(c.name+"MAX_QUEUE_SIZE", "9")
		t.Setenv(c.name+"MAX_EXPORT_BATCH_SIZE", "10")
		want := usual
		want.delay, want.timeout, want.items, want.batch = 7*time.Millisecond, 8*time.Millisecond, 9, 9
		if got := c.q.batchFromEnv(); got != want {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
		for _, name := range []string{"SCHEDULE_DELAY", "EXPORT_TIMEOUT", "MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE"} {
			t.Setenv(c.name+name, "nonsense")
		}
		if got := c.q.batchFromEnv(); got != usual {
			t.Errorf("%s with nonsense: %+v, want %+v", c.name, got, usual)
		}
	}
	if tracing.delay != 5*time.Second || logging.delay != time.Second {
		t.Errorf("delays %v and %v, want 5s and 1s", tracing.delay, logging.delay)
	}
}
