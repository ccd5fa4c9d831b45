package dbconv

import (
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// bounds are the buckets of the duration (semconv db/database-metrics.md).
var bounds = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}

// series has what the attributes of a duration are made of.
type series struct {
	scope                          *trace.Scope
	target                         Target
	operation, collection, summary string
	status, errorType              string
}

func (s *series) hash() uint32 {
	return durations.Hash(s.target.Port, s.summary, s.operation, s.collection, s.target.Namespace, s.errorType)
}

// attributes returns those that are required, and the recommended ones that are known.
func (s *series) attributes() []attribute.Attribute {
	list := []attribute.Attribute{systemName.String(s.target.System)}
	for _, a := range [...]struct {
		key   attribute.Key
		value string
	}{
		{namespace, s.target.Namespace}, {operationName, s.operation}, {collectionName, s.collection}, {querySummary, s.summary},
		{responseStatusCode, s.status}, {errorType, s.errorType}, {serverAddress, s.target.Address},
	} {
		if a.value != "" {
			list = append(list, a.key.String(a.value))
		}
	}
	if s.target.Port > 0 {
		list = append(list, serverPort.Int(int64(s.target.Port)))
	}
	return list
}

var operations durations.Cache[series, *metric.Histogram[float64]]

// operationDuration returns db.client.operation.duration for a series.
func operationDuration(s *series) *metric.Histogram[float64] {
	hash := s.hash()
	if h := operations.Find(hash, s); h != nil {
		return *h
	}
	h := durations.New(s.scope, "db.client.operation.duration", "Duration of database client operations.", bounds)
	return *operations.Add(hash, s, h.With(s.attributes()...))
}
