package main

import (
	"context"
	"math/rand/v2"
	"os"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/trace"
)

const patience = 10 * time.Second

func shipWeft() { export.Flush(patience) }

var keys = [8]attribute.Key{
	attribute.NewKey("http.request.method"), attribute.NewKey("url.path"),
	attribute.NewKey("url.scheme"), attribute.NewKey("server.address"),
	attribute.NewKey("server.port"), attribute.NewKey("network.protocol.version"),
	attribute.NewKey("http.route"), attribute.NewKey("http.response.status_code"),
}

func setEight(s *trace.Span) {
	s.SetAttributes(
		keys[0].String("GET"), keys[1].String("/orders/17"),
		keys[2].String("http"), keys[3].String("shop.example"),
		keys[4].Int(8080), keys[5].String("1.1"),
		keys[6].String("/orders/{id}"), keys[7].Int(200),
	)
}

// weftSpan measures children of one root, which is never ended.
func weftSpan(child func(context.Context)) func() (func(), func(), error) {
	return func() (func(), func(), error) {
		_, ctx := trace.Start(background, "GET /orders/{id}", trace.KindServer)
		return func() { child(ctx) }, shipWeft, nil
	}
}

func childSpan(ctx context.Context) {
	s := trace.StartLeaf(ctx, "SELECT orders", trace.KindClient)
	setEight(s)
	s.End()
}

func childSpanWithContext(ctx context.Context) {
	s, _ := trace.Start(ctx, "SELECT orders", trace.KindClient)
	setEight(s)
	s.End()
}

func weftUnsampled() (func(), func(), error) {
	if err := os.Setenv("OTEL_TRACES_SAMPLER", "always_off"); err != nil {
		return nil, nil, err
	}
	return weftSpan(unsampledChild)()
}

// unsampledChild makes no attributes, like hooks and other instrumentations where nobody records.
func unsampledChild(ctx context.Context) {
	s := trace.StartLeaf(ctx, "SELECT orders", trace.KindClient)
	if s.IsRecording() {
		setEight(s)
	}
	s.End()
}

var sum uint64

// floor is what no span can do without.
func floor() (func(), func(), error) {
	base := time.Now()
	return func() {
		start := time.Since(base)
		id := rand.Uint64()
		sum += id + uint64(time.Since(base)-start)
	}, func() {}, nil
}
