package config

import "testing"

func BenchmarkParse(b *testing.B) {
	file := []byte(`file_format: "1.0"
resource:
  attributes:
    - name: service.name
      value: ${STRING_VALUE:-shop}
propagator:
  composite_list: tracecontext,baggage
tracer_provider:
  processors:
    - batch:
        schedule_delay: 1000
        exporter:
          otlp_http:
            endpoint: http://localhost:4318/v1/traces
  sampler:
    parent_based:
      root:
        trace_id_ratio_based:
          ratio: 1.0
`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(file, getenv); err != nil {
			b.Fatal(err)
		}
	}
}
