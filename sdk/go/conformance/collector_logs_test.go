//go:build backends

package conformance

import (
	"strings"
	"testing"

	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
)

// checkEveryRecord compares what the Collector received of the program "everyRecord"
// with what the program made.
func checkEveryRecord(t *testing.T, c *collector, tr transport) {
	service := t.Name()
	runWith(t, "everyRecord", tr, service,
		"OTEL_LOGS_EXPORTER=otlp", "OTEL_TRACES_EXPORTER=none", "OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN=logs")
	records := map[string][]*logspb.LogRecord{}
	for _, data := range received[*logspb.LogsData](t, c, "logs") {
		for _, rl := range data.ResourceLogs {
			if serviceName(rl.Resource) != service {
				continue
			}
			for _, sl := range rl.ScopeLogs {
				if rl.SchemaUrl != schemaURL || sl.SchemaUrl != schemaURL {
					t.Errorf("schemas are %q and %q", rl.SchemaUrl, sl.SchemaUrl)
				}
				name := sl.Scope.GetName() + " " + sl.Scope.GetVersion()
				records[name] = append(records[name], sl.LogRecords...)
			}
		}
	}
	full, many := records["example/log 2"], records["go.weft.dev/sdk 0.1.0"]
	if len(full) != 1 || len(many) != 1 || len(records) != 2 {
		t.Fatalf("got %v", records)
	}
	if full[0].ObservedTimeUnixNano == 0 || len(full[0].TraceId) != 16 || len(full[0].SpanId) != 8 {
		t.Errorf("got %v", full[0])
	}
	full[0].ObservedTimeUnixNano = 0
	equal(t, "record", full[0], fullRecord(full[0].TraceId, full[0].SpanId, strings.Repeat("ü", 300)))
	if n, dropped := len(many[0].Attributes), many[0].DroppedAttributesCount; n != 128 || dropped != 72 {
		t.Errorf("%d attributes, %d dropped", n, dropped)
	}
}
