package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/trace"
)

// programs are what the tests run as processes of their own.
var programs map[string]func()

func init() {
	programs = map[string]func(){
		"full":         full,
		"everyRecord":  everyRecord,
		"everyMetric":  everyMetric,
		"flushTwice":   flushTwice,
		"manySeries":   manySeries,
		"scraped":      scraped,
		"noMetric":     noMetric,
		"onlyObserved": onlyObserved,
		"durations":    durations,
		"serving":      serving,
		"many":         many,
		"retried":      retried,
		"steady":       steady,
		"large":        large,
		"second":       second,
		"toStderr":     toStderr,
		"goroutines":   goroutines,
		"idle":         idle,
		"graceful":     graceful,
		"ignoring":     ignoring,
		"reset":        reset,
		"panic":        panicking,

		"everySpan":         everySpan,
		"everyInstrument":   everyInstrument,
		"servedInstruments": servedInstruments,
		"flushed":           flushed,
		"bulky":             bulky,

		"environment":  environment,
		"unflushed":    unflushed,
		"crowded":      crowded,
		"measuring":    measuring,
		"periodically": periodically,
		"scraping":     scraping,
	}
}

var (
	scopeA = trace.NewScope("example/a", "1.2.3")
	scopeB = trace.NewScope("example/b", "")
)

// full makes spans with all that a span can hold.
func full() {
	key := attribute.NewKey
	remote := trace.SpanContext{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Flags: trace.FlagSampled, Remote: true, State: "vendor=x",
	}
	server, ctx := scopeA.StartRemote(context.Background(), remote, "server", trace.KindServer)
	client, _ := scopeB.Start(ctx, "client", trace.KindClient)
	client.SetString(key("string"), "grüße")
	client.SetString(key("invalid"), "a\xffb")
	client.SetString(key("empty"), "")
	client.SetInt(key("int"), -42)
	client.SetBool(key("bool"), true)
	client.SetBool(key("no"), false)
	client.SetFloat(key("float"), 2.5)
	client.SetStrings(key("strings"), []string{"a", "", "b\xff"})
	client.SetStrings(key("none"), nil)
	client.SetString(key("long"), string(make([]byte, 300)))
	client.RecordError(errors.New("broken"))
	client.AddEvent("event", key("n").Int(1), key("f").Float(0.5), key("b").Bool(true), key("l").Strings([]string{"x"}))
	client.AddLink(remote, key("why").String("because"))
	client.SetError("it broke")
	client.End()
	producer, _ := trace.Start(ctx, "producer", trace.KindProducer)
	producer.AddEvent("values", key("ints").Any([]int64{1, -2}), key("floats").Any([]float64{0.5}),
		key("bools").Any([]bool{true, false}), key("bytes").Any([]byte{0, 255}), key("nothing").Any(nil),
		key("odd").Any(struct{}{}), key("text").Any("x"), key("list").Any([]any{"a\xff", int64(1), nil}),
		key("map").Any([]attribute.Pair{{Name: "in", Value: []attribute.Pair{{Name: "k", Value: "v"}}}}))
	producer.End()
	server.SetStatus(trace.StatusOK, "")
	server.End()
	lifecycle.Flush()
}

// many makes as many spans as COUNT says and prints the counts before and after they
// are flushed.
func many() {
	n, _ := strconv.Atoi(os.Getenv("COUNT"))
	for range n {
		manySpan()
	}
	fmt.Printf("%+v\n", export.TraceStats())
	lifecycle.Flush()
	fmt.Printf("%+v\n", export.TraceStats())
}

// retried is many that waits for all to be shipped, without a flush.
func retried() {
	n, _ := strconv.Atoi(os.Getenv("COUNT"))
	for range n {
		manySpan()
	}
	for export.TraceStats().Queued > 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Printf("%+v\n", export.TraceStats())
}

func oneSpan() {
	s, _ := trace.Start(context.Background(), "one", trace.KindInternal)
	s.End()
}

// idle waits to be killed.
func idle() {
	oneSpan()
	fmt.Println("ready")
	select {}
}

// graceful handles SIGTERM itself.
func graceful() {
	oneSpan()
	c := make(chan os.Signal, 4)
	lifecycle.BeforeNotify(c, []os.Signal{syscall.SIGTERM})
	signal.Notify(c, syscall.SIGTERM)
	fmt.Println("ready")
	<-c
	select {
	case <-c:
		fmt.Println("twice")
	default:
	}
	fmt.Println("bye")
	lifecycle.Flush()
	os.Exit(3)
}

// ignoring ignores SIGTERM and dies of SIGINT.
func ignoring() {
	oneSpan()
	signal.Ignore(syscall.SIGTERM)
	lifecycle.AfterIgnore([]os.Signal{syscall.SIGTERM})
	fmt.Println("ready")
	select {}
}

// reset handles all signals and then no more.
func reset() {
	oneSpan()
	c := make(chan os.Signal, 1)
	lifecycle.BeforeNotify(c, nil)
	signal.Notify(c)
	signal.Reset()
	lifecycle.AfterReset(nil)
	fmt.Println("ready")
	select {}
}

func panicking() {
	oneSpan()
	panic("as always")
}
