package trace

import (
	"context"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/queue"
)

var benchKeys = [8]attribute.Key{
	attribute.NewKey("http.request.method"), attribute.NewKey("url.path"),
	attribute.NewKey("url.scheme"), attribute.NewKey("server.address"),
	attribute.NewKey("server.port"), attribute.NewKey("network.protocol.version"),
	attribute.NewKey("http.route"), attribute.NewKey("http.response.status_code"),
}

func eight(s *Span) {
	s.SetAttributes(
		benchKeys[0].String("GET"), benchKeys[1].String("/orders/17"),
		benchKeys[2].String("http"), benchKeys[3].String("shop.example"),
		benchKeys[4].Int(8080), benchKeys[5].String("1.1"),
		benchKeys[6].String("/orders/{id}"), benchKeys[7].Int(200),
	)
}

// eightTimes sets the same, one after the other.
func eightTimes(s *Span) {
	s.SetString(benchKeys[0], "GET")
	s.SetString(benchKeys[1], "/orders/17")
	s.SetString(benchKeys[2], "http")
	s.SetString(benchKeys[3], "shop.example")
	s.SetInt(benchKeys[4], 8080)
	s.SetString(benchKeys[5], "1.1")
	s.SetString(benchKeys[6], "/orders/{id}")
	s.SetInt(benchKeys[7], 200)
}

// sinkQueue is a queue that is emptied each time it has a batch.
func sinkQueue() *queue.Queue {
	var q *queue.Queue
	q = queue.New(1<<20, 1<<30, 512, func(full bool) {
		if full {
			for _, b := range q.Take() {
				q.Done(b.Items, b.Size())
				q.Recycle(b)
			}
		}
	})
	return q
}

func benchProvider(b *testing.B, change func(*provider)) {
	recordInto(b, func(p *provider) {
		p.queue = sinkQueue()
		if change != nil {
			change(p)
		}
	})
	b.ReportAllocs()
}

func BenchmarkChildLeaf(b *testing.B) {
	benchProvider(b, nil)
	root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
	defer root.End()
	for b.Loop() {
		s := StartLeaf(ctx, "SELECT orders", KindClient)
		eight(s)
		s.End()
	}
}

func BenchmarkChildAttributesOneByOne(b *testing.B) {
	benchProvider(b, nil)
	root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
	defer root.End()
	for b.Loop() {
		s := StartLeaf(ctx, "SELECT orders", KindClient)
		eightTimes(s)
		s.End()
	}
}

func BenchmarkChildAttributesInCommon(b *testing.B) {
	benchProvider(b, nil)
	root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
	defer root.End()
	common := NewAttributes(
		benchKeys[0].String("GET"), benchKeys[1].String("/orders/17"),
		benchKeys[2].String("http"), benchKeys[3].String("shop.example"),
		benchKeys[4].Int(8080), benchKeys[5].String("1.1"),
		benchKeys[6].String("/orders/{id}"), benchKeys[7].Int(200),
	)
	for b.Loop() {
		s := StartLeaf(ctx, "SELECT orders", KindClient)
		s.SetCommon(common)
		s.End()
	}
}

func BenchmarkChildWithContext(b *testing.B) {
	benchProvider(b, nil)
	root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
	defer root.End()
	for b.Loop() {
		s, _ := Start(ctx, "SELECT orders", KindClient)
		eight(s)
		s.End()
	}
}

func BenchmarkRoot(b *testing.B) {
	benchProvider(b, nil)
	for b.Loop() {
		s, _ := Start(context.Background(), "GET /orders/{id}", KindServer)
		eight(s)
		s.End()
	}
}

func BenchmarkUnsampledChild(b *testing.B) {
	benchProvider(b, func(p *provider) { p.sampler = sampler{parentBased: true} })
	root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
	defer root.End()
	for b.Loop() {
		s := StartLeaf(ctx, "SELECT orders", KindClient)
		eight(s)
		s.End()
	}
}

func BenchmarkChildParallel(b *testing.B) {
	benchProvider(b, nil)
	b.RunParallel(func(pb *testing.PB) {
		root, ctx := Start(context.Background(), "GET /orders/{id}", KindServer)
		defer root.End()
		for pb.Next() {
			s := StartLeaf(ctx, "SELECT orders", KindClient)
			eight(s)
			s.End()
		}
	})
}
