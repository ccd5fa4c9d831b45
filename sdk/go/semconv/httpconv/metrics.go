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

// outcome is what belongs to a series.
type outcome struct {
	duration   *metric.Histogram[float64]
	attributes *trace.Attributes // that a span of the series ends with
	name       string            // of a server's span, empty where there is no route
}

var servers, clients durations.Cache[series, outcome]

// ofServer returns what belongs to the series of a request that was served.
func (s *series) ofServer() *outcome {
	hash := s.hash()
	if o := servers.Find(hash, s); o != nil {
		return o
	}
	h := durations.New(s.scope, "http.server.request.duration", "Duration of HTTP server requests.", bounds)
	o := outcome{duration: h.With(s.attributes()...), attributes: trace.NewAttributes(s.final(routeKey, s.route)...)}
	if s.route != "" {
		o.name = nameOf(s.method, s.route)
	}
	return servers.Add(hash, s, o)
}

// ofClient returns what belongs to the series of a request that was sent.
func (s *series) ofClient() *outcome {
	hash := s.hash()
	if o := clients.Find(hash, s); o != nil {
		return o
	}
	h := durations.New(s.scope, "http.client.request.duration", "Duration of HTTP client requests.", bounds)
	attributes := trace.NewAttributes(s.final(networkVersion, s.version)...)
	return clients.Add(hash, s, outcome{duration: h.With(s.attributes()...), attributes: attributes})
}

// final returns the attributes that are known when a span ends, with another one if it has a value.
func (s *series) final(key attribute.Key, value string) []attribute.Attribute {
	var list []attribute.Attribute
	if value != "" {
		list = append(list, key.String(value))
	}
	if s.status > 0 {
		list = append(list, responseStatusCode.Int(int64(s.status)))
	}
	if s.errorType != "" {
		list = append(list, errorType.String(s.errorType))
	}
	return list
}
