package httpconv

import (
	"sync"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// countsActive says whether http.server.active_requests is wanted, which is opt-in (semconv
// http/http-metrics.md). The variable is that of OpenTelemetry for Java.
var countsActive = sync.OnceValue(func() bool {
	return env.Bool("OTEL_INSTRUMENTATION_HTTP_SERVER_EMIT_EXPERIMENTAL_TELEMETRY")
})

// activeSeries is what tells the series of active requests apart.
type activeSeries struct {
	scope          *trace.Scope
	method, scheme string
}

// active holds the series, of which there are few: methods and schemes are known ones.
var active sync.Map // activeSeries to *metric.UpDownCounter[int64]

// enter counts a request as active until leave. The caller has found that metrics are wanted.
func (s *Server) enter() {
	scheme := s.scheme
	if scheme != "https" { // X-Forwarded-Proto may say anything
		scheme = "http"
	}
	key := activeSeries{s.scope, s.method, scheme}
	counter, ok := active.Load(key)
	if !ok {
		all := metric.NewUpDownCounter[int64](s.scope, "http.server.active_requests",
			metric.Options{Unit: "{request}", Description: "Number of active HTTP server requests."})
		counter, _ = active.LoadOrStore(key, all.With(requestMethod.String(s.method), urlScheme.String(scheme)))
	}
	s.active = counter.(*metric.UpDownCounter[int64])
	s.active.Add(nil, 1)
}

func (s *Server) leave() {
	if s.active != nil {
		s.active.Add(nil, -1)
	}
}
