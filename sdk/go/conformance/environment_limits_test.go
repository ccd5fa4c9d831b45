package conformance

import (
	"fmt"
	"slices"
)

func batching() []variable {
	largest := func(o *outcome) string {
		most := 0
		for _, r := range o.requests {
			n := 0
			for _, ss := range r.traces.GetResourceSpans()[0].ScopeSpans {
				n += len(ss.Spans)
			}
			most = max(most, n)
		}
		return fmt.Sprint(most)
	}
	// How much is kept where nobody answers: a queue, and what was taken from it to be
	// sent, which is a queue's at most.
	kept := func(i int) func(*outcome) string {
		return func(o *outcome) string {
			var counts [2]int
			_, _ = fmt.Sscanf(o.stdout, "kept %d and %d", &counts[0], &counts[1])
			for _, queue := range []int{100, 2048} {
				if counts[i] >= queue && counts[i] <= 2*queue {
					return fmt.Sprint(queue)
				}
			}
			return o.stdout
		}
	}
	var all []variable
	for i, s := range []struct{ prefix, delay string }{{"OTEL_BSP", "5000"}, {"OTEL_BLRP", "1000"}} {
		logs := []string{"OTEL_LOGS_EXPORTER=otlp"}
		all = append(all,
			variable{name: s.prefix + "_SCHEDULE_DELAY", program: "unflushed", effect: written(""),
				with:   append(slices.Clone(logs), "OTEL_BSP_SCHEDULE_DELAY=1", "OTEL_BLRP_SCHEDULE_DELAY=1"),
				values: []value{{"0", "sent", ""}, {"1", "sent", ""}}},
			variable{name: s.prefix + "_SCHEDULE_DELAY", with: logs, effect: sent, values: []value{
				{"", "64 roots", ""}, {"-1", "64 roots", `cannot use "-1", using ` + s.delay}, {"1s", "64 roots", `cannot use "1s", using ` + s.delay},
			}},
			variable{name: s.prefix + "_EXPORT_TIMEOUT", with: logs, effect: sent, values: []value{
				{"", "64 roots", ""}, {"0", "64 roots", ""}, {"20000", "64 roots", ""}, {"soon", "64 roots", `cannot use "soon", using 30000`},
			}},
			variable{name: s.prefix + "_EXPORT_TIMEOUT", effect: gaveUp, noisy: true,
				with:   append(slices.Clone(logs), "OTEL_EXPORTER_OTLP_ENDPOINT=DEAD", "OTEL_BSP_EXPORT_TIMEOUT=1", "OTEL_BLRP_EXPORT_TIMEOUT=1"),
				values: []value{{"1", "gave up in time", ""}}},
			variable{name: s.prefix + "_MAX_EXPORT_BATCH_SIZE", with: logs, effect: sent, values: []value{
				{"0", "64 roots", `cannot use "0", using 512`}, {"a", "64 roots", `cannot use "a", using 512`},
			}},
			variable{name: s.prefix + "_MAX_QUEUE_SIZE", with: logs, effect: sent, values: []value{
				{"0", "64 roots", `cannot use "0", using 2048`}, {"a", "64 roots", `cannot use "a", using 2048`},
			}},
			variable{name: s.prefix + "_MAX_QUEUE_SIZE", program: "crowded", effect: kept(i),
				with:   []string{"OTEL_EXPORTER_OTLP_ENDPOINT=DEAD", "OTEL_LOGS_EXPORTER=otlp", "OTEL_LOG_LEVEL=none"},
				values: []value{{"", "2048", ""}, {"100", "100", ""}}},
		)
	}
	return append(all, variable{name: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", effect: largest, values: []value{{"", "72", ""}, {"7", "7", ""}}})
}

func limiting() []variable {
	span := func(count func(*outcome) int) func(*outcome) string {
		return func(o *outcome) string {
			if len(o.spans("limits")) != 1 {
				return "no span"
			}
			return fmt.Sprint(count(o))
		}
	}
	limits := func(o *outcome) (s struct{ attributes, events, links, ofEvent, ofLink, length int }) {
		l := o.spans("limits")[0]
		s.attributes, s.events, s.links = len(l.Attributes), len(l.Events), len(l.Links)
		s.ofEvent, s.ofLink = len(l.Events[0].Attributes), len(l.Links[0].Attributes)
		s.length = len(l.Attributes[0].Value.GetStringValue())
		return s
	}
	record := func(o *outcome) string {
		records := o.records()
		if len(records) != 1 {
			return "no record"
		}
		a := records[0].Attributes
		return fmt.Sprintf("%d of %d", len(a), len(a[0].Value.GetStringValue()))
	}
	logs := []string{"OTEL_LOGS_EXPORTER=otlp"}
	count := []value{{"", "128", ""}, {"3", "3", ""}, {"-1", "128", `cannot use "-1", using 128`}, {"x", "128", `cannot use "x", using 128`}}
	length := []value{{"", "200", ""}, {"5", "5", ""}, {"-1", "200", `cannot use "-1", using no limit`}, {"x", "200", `cannot use "x", using no limit`}}
	attributes := span(func(o *outcome) int { return limits(o).attributes })
	lengthOf := span(func(o *outcome) int { return limits(o).length })
	return []variable{
		{name: "OTEL_ATTRIBUTE_COUNT_LIMIT", effect: attributes, values: count},
		{name: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", effect: lengthOf, values: length},
		{name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", effect: attributes, values: count},
		{name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", with: []string{"OTEL_ATTRIBUTE_COUNT_LIMIT=9"}, effect: attributes,
			values: []value{{"", "9", ""}, {"3", "3", ""}, {"x", "9", `cannot use "x", using 9`}}},
		{name: "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", effect: lengthOf, values: length},
		{name: "OTEL_SPAN_EVENT_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).events }), values: count},
		{name: "OTEL_SPAN_LINK_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).links }), values: count},
		{name: "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).ofEvent }), values: count},
		{name: "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", effect: span(func(o *outcome) int { return limits(o).ofLink }), values: count},
		{name: "OTEL_ATTRIBUTE_COUNT_LIMIT", with: logs, effect: record, values: []value{{"4", "4 of 200", ""}}},
		{name: "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", with: logs, effect: record, values: []value{
			{"", "128 of 200", ""}, {"3", "3 of 200", ""}, {"-1", "128 of 200", `cannot use "-1", using 128`}, {"x", "128 of 200", `using 128`},
		}},
		{name: "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", with: logs, effect: record, values: []value{
			{"", "128 of 200", ""}, {"5", "128 of 5", ""}, {"x", "128 of 200", `cannot use "x", using no limit`},
		}},
	}
}
