package httpconv

import (
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// bounds are the buckets of both durations (semconv http/http-metrics.md).
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// series has what the attributes of a duration are made of. A server's have no
// address and port: who asks makes them up.
type series struct {
	scope                     *trace.Scope
	method, scheme            string
	route, version, errorType string
	address                   string
	port, status              int
}

func (s *series) hash() uint32 {
	return durations.Hash(s.status, s.route, s.method, s.address)
}

// attributes returns those that are required, and the recommended ones that are known.
func (s *series) attributes() []attribute.Attribute {
	list := []attribute.Attribute{requestMethod.String(s.method)}
	for _, a := range [...]struct {
		key   attribute.Key
		value string
	}{
		{urlScheme, s.scheme}, {routeKey, s.route}, {networkVersion, s.version}, {errorType, s.errorType}, {serverAddress, s.address},
	} {
		if a.value != "" {
			list = append(list, a.key.String(a.value))
		}
	}
	if s.port > 0 {
		list = append(list, serverPort.Int(int64(s.port)))
	}
	if s.status > 0 {
		list = append(list, responseStatusCode.Int(int64(s.status)))
	}
	return list
}

var servers, clients durations.Cache[series]

// serverDuration returns http.server.request.duration for a series.
func serverDuration(s *series) *metric.Histogram[float64] {
	hash := s.hash()
	if h := servers.Find(hash, s); h != nil {
		return h
	}
	h := durations.New(s.scope, "http.server.request.duration", "Duration of HTTP server requests.", bounds)
	return servers.Add(hash, s, h, s.attributes())
}

// clientDuration returns http.client.request.duration for a series.
func clientDuration(s *series) *metric.Histogram[float64] {
	hash := s.hash()
	if h := clients.Find(hash, s); h != nil {
		return h
	}
	h := durations.New(s.scope, "http.client.request.duration", "Duration of HTTP client requests.", bounds)
	return clients.Add(hash, s, h, s.attributes())
}
