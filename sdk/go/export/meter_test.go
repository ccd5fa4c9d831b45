package export

import (
	"reflect"
	"testing"
	"time"

	"go.weft.dev/sdk/internal/env"
)

func TestReaderOfEnvironment(t *testing.T) {
	for _, tt := range []struct {
		temporality, aggregation string
		want                     MetricReader
	}{
		{"", "", MetricReader{}},
		{"cumulative", "explicit_bucket_histogram", MetricReader{}},
		{"Delta", "", MetricReader{Delta: true, DeltaObserved: true}},
		{"lowmemory", "Base2_Exponential_Bucket_Histogram", MetricReader{Delta: true, Exponential: true}},
		{"nonsense", "nonsense", MetricReader{}},
	} {
		t.Setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", tt.temporality)
		t.Setenv("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", tt.aggregation)
		if got := readerOf(metrics.newExporter("otlp")); got != tt.want {
			t.Errorf("%q, %q: %+v, want %+v", tt.temporality, tt.aggregation, got, tt.want)
		}
		if got := readerOf(metrics.newExporter("console")); got != (MetricReader{}) {
			t.Errorf("%q, %q: console wants %+v", tt.temporality, tt.aggregation, got)
		}
	}
}

func TestMetricsExportersFromEnv(t *testing.T) {
	otlp := "http://localhost:4318/v1/metrics"
	for value, want := range map[string][]string{
		"": {otlp}, "OTLP": {otlp}, "none": nil, "console": {"standard output"}, "prometheus": nil,
		"prometheus,otlp": {otlp}, "nonsense": {otlp}, "nonsense,prometheus": nil,
	} {
		t.Setenv("OTEL_METRICS_EXPORTER", value)
		var got []string
		for _, e := range metrics.exportersFromEnv() {
			got = append(got, e.name())
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestMetricTimesFromEnv(t *testing.T) {
	for value, want := range map[string][2]time.Duration{
		"": {time.Minute, 30 * time.Second}, "7": {7 * time.Millisecond, 7 * time.Millisecond},
		"x": {time.Minute, 30 * time.Second}, "-1": {time.Minute, 30 * time.Second}, "0": {time.Millisecond, env.Timeout("UNSET", 24*time.Hour)},
	} {
		t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", value)
		t.Setenv("OTEL_METRIC_EXPORT_TIMEOUT", value)
		if interval, timeout := metricTimesFromEnv(); interval != want[0] || timeout != want[1] {
			t.Errorf("%q: %v and %v, want %v", value, interval, timeout, want)
		}
	}
}
