package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// printer is an exporter that prints what it gets, and sends a request each time, as others do.
type printer struct {
	url string
	mu  sync.Mutex
}

func (p *printer) send() error {
	response, err := http.Post(p.url, "text/plain", strings.NewReader(""))
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func (p *printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range spans {
		parent := ""
		if s.Parent().IsValid() {
			parent = s.Parent().SpanID().String()
		}
		fmt.Printf("span,%s,%s,%s,%s\n", s.Name(), s.SpanContext().TraceID(), s.SpanContext().SpanID(), parent)
	}
	return p.send()
}

func (p *printer) Export(_ context.Context, m *metricdata.ResourceMetrics) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, scope := range m.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				fmt.Printf("metric,%s,%d\n", m.Name, data.DataPoints[0].Value)
			case metricdata.Gauge[int64]:
				fmt.Printf("metric,%s,%d\n", m.Name, data.DataPoints[0].Value)
			}
		}
	}
	return p.send()
}

func (p *printer) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (p *printer) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (p *printer) ForceFlush(context.Context) error { return nil }

func (p *printer) Shutdown(context.Context) error { return nil }
