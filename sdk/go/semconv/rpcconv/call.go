// Package rpcconv makes spans and durations of remote procedure calls by the OpenTelemetry semantic conventions
// (semconv rpc/rpc-spans.md, release candidate) for hooks of clients and servers.
package rpcconv

import (
	"context"
	"strings"
	"sync/atomic"

	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// GRPC is the rpc.system.name of gRPC.
const GRPC = "grpc"

// A Call is one call, on either side. A client's is the context that it is made with, so that whoever has the
// context finds it. A nil *Call is valid; its methods do nothing.
type Call struct {
	trace.Carrier // of a client's
	span          *trace.Span
	series        series // with what is known before the end
	original      string // the method as it was asked for
	stream        bool
	claimed       atomic.Bool
	start         int64 // of the duration
	answer        atomic.Pointer[Status]
	ended         atomic.Bool
}

type callKey struct{}

// Value finds the Call itself under its own key.
func (c *Call) Value(key any) any {
	if _, own := key.(callKey); own {
		return c
	}
	return c.Carrier.Value(key)
}

// Span returns the span of the call, nil where there is none.
func (c *Call) Span() *trace.Span {
	if c == nil {
		return nil
	}
	return c.span
}

// A Request is what is known of a call when it begins.
type Request struct {
	// System is the rpc.system.name.
	System string
	// Method is the full name, with a slash in front or without.
	Method string
	// Target is what a client was told to connect to, or what a server was asked as.
	Target string
	// Peer is the address of a server's client.
	Peer string
	// Stream tells that a client's call goes on when the function has returned that starts it.
	Stream bool
}

// StartClient starts the span of a call that is made with ctx, and returns the context to make it with. The call
// is nil, and ctx returned as it is, where no span is to be made.
func StartClient(scope *trace.Scope, ctx context.Context, r Request) (*Call, context.Context) {
	c := newCall(scope, &r)
	c.stream = r.Stream
	c.span = scope.StartLeafOnClock(ctx, c.series.name(), trace.KindClient.Of(trace.RPC), c.start, c.series.common())
	if c.span == nil {
		return nil, ctx
	}
	c.Carry(ctx, c.span)
	return c, c
}

// StartServer starts the span of a call that is served, from what its client has sent along: the parent is in ctx
// where that carries one, such as the span of the HTTP request that the call came in. It returns nil where no span
// is to be made. Until Recognise is called the method counts as one that the server does not have.
func StartServer(scope *trace.Scope, ctx context.Context, r Request, header propagation.Getter) *Call {
	c := newCall(scope, &r)
	c.series.server = true
	ctx, parent := incoming(ctx, header)
	c.span = scope.StartRemoteLeaf(ctx, parent, c.series.name(), trace.KindServer.Of(trace.RPC), c.start)
	if c.span == nil {
		return nil
	}
	c.original, c.series.method = c.series.method, otherMethod
	if c.span.IsRecording() {
		c.span.SetAttributes(serverAttributes(&r)...)
	}
	return c
}

func newCall(scope *trace.Scope, r *Request) *Call {
	return &Call{
		start:  durations.Start(),
		series: series{scope: scope, system: r.System, method: strings.TrimPrefix(r.Method, "/"), target: r.Target},
	}
}

// Recognise tells that the server has the method.
func (c *Call) Recognise() {
	if c != nil && c.series.server {
		c.series.method = c.original
	}
}

// Context returns a context for the handler of a call: ctx with the span, or with the one that has been started
// below it.
func (c *Call) Context(ctx context.Context) context.Context {
	if span := trace.Parent(ctx); c != nil && span != nil && span != trace.FromContext(ctx) {
		return trace.ContextWithSpan(ctx, span)
	}
	return ctx
}

// Claim returns ctx for the transport of a call that is made with it. Only the first finds the Call in ctx by Of:
// another one is a call of its own, even where its span is left out.
func Claim(ctx context.Context) context.Context {
	if c := Of(ctx); c != nil && c.claimed.Swap(true) {
		return unclaimed{ctx}
	}
	return ctx
}

// unclaimed is a context that belongs to no call.
type unclaimed struct{ context.Context }

func (u unclaimed) Value(key any) any {
	if _, own := key.(callKey); own {
		return nil
	}
	return u.Context.Value(key)
}

// Of returns the client's call that ctx belongs to, nil when there is none.
func Of(ctx context.Context) *Call {
	if ctx == nil {
		return nil
	}
	c, _ := ctx.Value(callKey{}).(*Call)
	return c
}

// EndTransport tells with what status the transport is done with the call: this is the end of a stream, which goes
// on when the function has returned that starts it. Of other calls it is what Answer returns.
func (c *Call) EndTransport(status Status) {
	switch {
	case c == nil:
	case c.stream:
		c.End(status)
	case !status.ok:
		c.answer.Store(&status)
	}
}

// Answer returns the status that the transport failed with, if it did: interceptors may have made another error of
// it, which does not tell. It is nil where there is none.
func (c *Call) Answer() *Status {
	if c == nil {
		return nil
	}
	return c.answer.Load()
}

// Leave lets a stream go on, whose caller does other things meanwhile.
func (c *Call) Leave() { c.Span().Leave() }

// End ends the span with what came of the call; of several calls the first counts.
func (c *Call) End(status Status) {
	if c == nil || c.ended.Swap(true) {
		return
	}
	now, span, key := clock.Monotonic(), c.span, c.series
	key.code = status.Code
	if status.failed(key.server) {
		key.failure = status.Code
		span.SetError(status.Message)
		if status.Err != nil {
			span.LogError(key.event(), status.Err, "")
		}
	}
	c.end(now, &key)
}

// Panicked ends the span of a call whose handler panics, or of a client that does.
func (c *Call) Panicked() {
	if c == nil || c.ended.Swap(true) {
		return
	}
	now, key := clock.Monotonic(), c.series
	key.failure = "panic"
	c.span.RecordPanic(key.event())
	c.span.SetError("the call panicked")
	c.end(now, &key)
}

func (c *Call) end(now int64, key *series) {
	if c.start == 0 && !c.span.IsSampled() {
		c.span.EndOnClock(now)
		return
	}
	ended := key.outcome()
	if c.start != 0 {
		ended.duration.Record(c.span, durations.Seconds(c.start, now))
	}
	name := ""
	if key.method == otherMethod {
		name = key.system
		c.span.SetAttributes(methodOriginal.String(c.original))
	}
	c.span.EndWith(now, name, ended.attributes)
}
