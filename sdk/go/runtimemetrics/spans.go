package runtimemetrics

import (
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// newSpans returns what observes how many spans are started (semconv otel/sdk-metrics.md).
func newSpans(scope *trace.Scope) func(*metric.Observer) {
	var (
		started = metric.NewObservableCounter[int64](scope, "otel.sdk.span.started",
			metric.Options{Unit: "{span}", Description: "The number of created spans."})
		live = metric.NewObservableUpDownCounter[int64](scope, "otel.sdk.span.live",
			metric.Options{Unit: "{span}", Description: "The number of created spans with recording=true for which the end operation has not been called yet."})

		result  = attribute.NewKey("otel.span.sampling_result")
		sampled = result.String("RECORD_AND_SAMPLE")
		dropped = result.String("DROP")
		origin  = attribute.NewKey("otel.span.parent.origin")
		origins = [...]attribute.Attribute{
			trace.OriginNone: origin.String("none"), trace.OriginLocal: origin.String("local"), trace.OriginRemote: origin.String("remote"),
		}
	)
	return func(to *metric.Observer) {
		counts, counted := trace.CountedSpans()
		if !counted {
			return // none was started yet
		}
		live.Observe(to, counts.Live, sampled)
		for i, origin := range origins {
			if n := counts.Sampled[i]; n > 0 {
				started.Observe(to, n, origin, sampled)
			}
			if n := counts.Dropped[i]; n > 0 {
				started.Observe(to, n, origin, dropped)
			}
		}
	}
}
