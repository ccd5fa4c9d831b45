package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/trace"
)

// Here are programs whose telemetry real backends receive. The tests with the build
// tag "backends" know what they send, field by field.

// remoteParent is the caller of everySpan's server span.
var remoteParent = trace.SpanContext{
	TraceID: trace.TraceID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
	SpanID:  trace.SpanID{1, 2, 3, 4, 5, 6, 7, 8},
	Flags:   trace.FlagSampled | trace.FlagRandom,
	Remote:  true,
	State:   "vendor=x,other=y",
}

// everySpan makes spans that use every field of the protocol.
func everySpan() {
	key := attribute.NewKey
	server, ctx := scopeA.StartRemote(context.Background(), remoteParent, "server", trace.KindServer)

	client, _ := scopeB.Start(ctx, "client", trace.KindClient)
	client.SetString(key("string"), "grüße, 世界")
	client.SetString(key("empty"), "")
	client.SetInt(key("least"), math.MinInt64)
	client.SetInt(key("most"), math.MaxInt64)
	client.SetInt(key("zero"), 0)
	client.SetBool(key("yes"), true)
	client.SetBool(key("no"), false)
	client.SetFloat(key("float"), -0.1)
	client.SetFloat(key("infinite"), math.Inf(1))
	client.SetStrings(key("strings"), []string{"a", "", "ü"})
	client.SetStrings(key("none"), []string{})
	client.SetString(key("twice"), "first")
	client.SetInt(key("twice"), 2)
	client.SetAttributes(
		key("bytes").Any([]byte{0, 0xff}), key("ints").Any([]int64{-1, 0, 1}), key("bools").Any([]bool{false, true}),
		key("floats").Any([]float64{0, 0.5}), key("nil").Any(nil),
		key("mixed").Any([]any{"a", int64(0), 0.5, true, nil, []byte("b"), []any{"c"}}),
		key("map").Any([]attribute.Pair{{Name: "k", Value: int64(1)}, {Name: "inner", Value: []attribute.Pair{{Name: "", Value: ""}}}}),
	)
	client.AddEvent("bare")
	client.AddEvent("event", key("s").String("x"), key("i").Int(-1), key("f").Float(0.5), key("b").Bool(true), key("l").Strings([]string{"y"}))
	client.AddLink(remoteParent, key("why").String("because"))
	client.AddLink(server.SpanContext())
	client.SetError("it broke")
	client.End()

	producer, _ := scopeA.Start(ctx, "producer", trace.KindProducer)
	producer.End()
	consumer, _ := scopeA.Start(ctx, "consumer", trace.KindConsumer)
	consumer.SetStatus(trace.StatusOK, "ignored")
	consumer.End()
	internal, _ := trace.Start(ctx, "internal", trace.KindInternal)
	internal.End()
	server.SetName("GET /renamed")
	server.End()
	lifecycle.Flush()
}

// everyInstrument records values with each kind of instrument, the last ones of some in
// a span of the trace of remoteParent.
func everyInstrument() {
	recordInstruments()
	lifecycle.Flush()
}

// servedInstruments does the same and stays until its standard input is closed.
func servedInstruments() {
	recordInstruments()
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func recordInstruments() {
	route := attribute.NewKey("http.route")
	span, _ := scopeA.StartRemote(context.Background(), remoteParent, "span", trace.KindServer)

	requests := metric.NewCounter[int64](scopeA, "test.requests", metric.Options{Unit: "{request}", Description: "Requests."})
	requests.Add(nil, 2, route.String("/a"))
	requests.Add(span, 3, route.String("/a"))
	requests.Add(nil, 1)
	busy := metric.NewCounter[float64](scopeA, "test.busy", metric.Options{Unit: "s", Description: "Time at work."})
	busy.Add(nil, 0.25)
	busy.Add(nil, 0.5)
	open := metric.NewUpDownCounter[int64](scopeA, "test.open", metric.Options{Unit: "{connection}", Description: "Open connections."})
	open.Add(nil, 5)
	open.Add(nil, -7)
	temperature := metric.NewGauge[float64](scopeA, "test.temperature", metric.Options{Unit: "Cel", Description: "It's \"hot\", or\nnot \\."})
	temperature.Record(nil, 20)
	temperature.Record(nil, -3.5)
	duration := metric.NewHistogram[float64](scopeA, "test.duration", metric.Options{Unit: "s", Description: "Durations.", Bounds: []float64{0.5, 1, 10}})
	for _, v := range []float64{0.25, 1, 4, 16} {
		duration.Record(nil, v, route.String("/a"))
	}
	duration.Record(span, 8, route.String("/a"))
	size := metric.NewHistogram[int64](scopeB, "test.size", metric.Options{Unit: "By", Description: "Sizes."})
	size.Record(nil, 7)

	sent := metric.NewObservableCounter[int64](scopeB, "test.sent", metric.Options{Unit: "By", Description: "What was sent."})
	queued := metric.NewObservableUpDownCounter[int64](scopeB, "test.queued", metric.Options{Description: "What waits."})
	load := metric.NewObservableGauge[float64](scopeB, "test.load", metric.Options{Unit: "1", Description: "Load."})
	metric.OnCollect(func(o *metric.Observer) {
		sent.Observe(o, 1000)
		queued.Observe(o, -4, attribute.NewKey("lane").Int(1), attribute.NewKey("job").String("j"))
		load.Observe(o, 0.75)
	})
	span.End()
}

// flushed makes a span of the name in each line of input, flushes, and prints the
// counts of spans.
func flushed() {
	fmt.Println("ready")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		s, _ := trace.Start(context.Background(), in.Text(), trace.KindInternal)
		s.End()
		lifecycle.Flush()
		fmt.Printf("%+v\n", export.TraceStats())
	}
}

// bulky makes as many spans as COUNT says, with an attribute of SIZE bytes each, and
// one small span, then prints the counts.
func bulky() {
	count, _ := strconv.Atoi(os.Getenv("COUNT"))
	size, _ := strconv.Atoi(os.Getenv("SIZE"))
	key, value := attribute.NewKey("bulk"), strings.Repeat("x", size)
	for range count {
		s, _ := trace.Start(context.Background(), "bulky", trace.KindInternal)
		s.SetString(key, value)
		s.End()
	}
	s, _ := trace.Start(context.Background(), "small", trace.KindInternal)
	s.End()
	lifecycle.Flush()
	fmt.Printf("%+v\n", export.TraceStats())
}
