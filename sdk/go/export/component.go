package export

import (
	"net/url"
	"strconv"
)

// Component is what ships the items of one signal, for metrics of it (semconv
// otel/sdk-metrics.md).
type Component struct {
	Item      string // as it is called in names of metrics: "span", "log", "metric_data_point"
	Processor string // otel.component.type, "" where there is no queue
	Exporter  string // otel.component.type, "" where there are several
	Address   string // server.address of the exporter, "" where there is none
	Port      int    // server.port

	Waiting  int64 // in the queue
	Capacity int64 // of the queue
	InFlight int64 // handed to the exporters, which are not done with them
	Exported int64
	Dropped  int64 // for want of room in the queue
	Failed   int64
}

// Components returns what ships the signals that are in use.
func Components() []Component {
	var all []Component
	for _, q := range pipelines {
		p := q.pipeline.Load()
		if p == nil {
			continue
		}
		c := p.component(itemOf(q.signal))
		c.Processor = "batching_" + c.Item + "_processor"
		c.InFlight = int64(p.queue.BeingSent())
		c.Waiting = max(int64(p.queue.Len())-c.InFlight, 0)
		c.Capacity, c.Dropped = int64(p.queue.Capacity()), p.queue.Dropped()
		all = append(all, c)
	}
	if metering.ready.Load() {
		for _, p := range metering.periodic {
			c := p.component("metric_data_point")
			c.InFlight = p.inFlight.Load()
			all = append(all, c)
		}
	}
	return all
}

// itemOf returns what names of metrics call the items of a queued signal.
func itemOf(s *signal) string {
	if s == &logs {
		return "log"
	}
	return "span"
}

// component returns what is known of the exporters, and the counts.
func (d *delivery) component(item string) Component {
	c := Component{Item: item, Exported: d.exported.Load(), Failed: d.failed.Load()}
	if len(d.exporters) != 1 {
		return c
	}
	name := item
	if item == "metric_data_point" {
		name = "metric"
	}
	var endpoint *url.URL
	switch e := d.exporters[0].(type) {
	case *httpExporter:
		c.Exporter, endpoint = "otlp_http_"+name+"_exporter", e.config.endpoint
		if e.config.protocol == "http/json" {
			c.Exporter = "otlp_http_json_" + name + "_exporter"
		}
	case *grpcExporter:
		c.Exporter, endpoint = "otlp_grpc_"+name+"_exporter", e.config.endpoint
	case *console:
		c.Exporter = "console_" + name + "_exporter"
	}
	if endpoint != nil {
		c.Address = endpoint.Hostname()
		c.Port, _ = strconv.Atoi(endpoint.Port())
		if c.Port == 0 {
			c.Port = map[string]int{"http": 80, "https": 443}[endpoint.Scheme]
		}
	}
	return c
}
