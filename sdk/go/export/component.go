package export

import (
	"net/url"
	"strconv"
)

// Component is what ships the items of one signal, for metrics of it (semconv
// otel/sdk-metrics.md).
type Component struct {
	Item      string // as it is called in names of metrics: "span", "log", "metric_data_point"
	Exporters []Exporter

	// Where there is a queue:

	Processor string // otel.component.type
	Waiting   int64  // in the queue
	Capacity  int64  // of the queue
	Submitted int64  // to the exporters
	Dropped   int64  // for want of room in the queue
}

// Exporter is one that items are handed to.
type Exporter struct {
	Type    string // otel.component.type
	Address string // server.address, "" where there is none
	Port    int    // server.port

	InFlight int64 // handed to it, and it is not done with them
	Exported int64
	Failed   map[string]int64 // by error.type
}

// Components returns what ships the signals that are in use. Those of one item and type
// are in the same order each time.
func Components() []Component {
	var all []Component
	for _, q := range pipelines {
		p := q.pipeline.Load()
		if p == nil {
			continue
		}
		item := itemOf(q.signal)
		all = append(all, Component{
			Item: item, Exporters: p.components(item),
			Processor: "batching_" + item + "_processor",
			Waiting:   max(int64(p.queue.Len()-p.queue.BeingSent()), 0),
			Capacity:  int64(p.queue.Capacity()), Submitted: p.queue.Submitted(), Dropped: p.queue.Dropped(),
		})
	}
	if metering.ready.Load() {
		for _, p := range metering.periodic {
			all = append(all, Component{Item: "metric_data_point", Exporters: p.components("metric")})
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

// components returns the exporters, as types of exporters call the signal.
func (d *delivery) components(signal string) []Exporter {
	all := make([]Exporter, len(d.destinations))
	for i := range d.destinations {
		to := &d.destinations[i]
		e := Exporter{InFlight: to.inFlight.Load(), Exported: to.exported.Load(), Failed: to.failures.load()}
		var endpoint *url.URL
		e.Type, endpoint = typeOf(to.exporter, signal)
		if endpoint != nil {
			e.Address = endpoint.Hostname()
			e.Port, _ = strconv.Atoi(endpoint.Port())
			if e.Port == 0 {
				e.Port = map[string]int{"http": 80, "https": 443}[endpoint.Scheme]
			}
		}
		all[i] = e
	}
	return all
}

// typeOf returns the otel.component.type of an exporter, and where it sends, if it does.
func typeOf(e exporter, signal string) (string, *url.URL) {
	switch e := e.(type) {
	case *httpExporter:
		if e.config.protocol == "http/json" {
			return "otlp_http_json_" + signal + "_exporter", e.config.endpoint
		}
		return "otlp_http_" + signal + "_exporter", e.config.endpoint
	case *grpcExporter:
		return "otlp_grpc_" + signal + "_exporter", e.config.endpoint
	default:
		return "console_" + signal + "_exporter", nil
	}
}
