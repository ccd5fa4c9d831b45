// Package grpc makes spans of the calls that google.golang.org/grpc makes and serves.
package grpc

import (
	"context"
	"errors"
	"io"

	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/rpcconv"
	"go.weft.dev/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

var scope = trace.NewScope("go.weft.dev/plugins/grpc", "0.1.0")

// beforeInvoke starts the span of a call, around all interceptors. Hooks (*ClientConn).Invoke.
func beforeInvoke(target string, ctx context.Context, method string) (*rpcconv.Call, context.Context) {
	return rpcconv.StartClient(scope, ctx, rpcconv.Request{System: rpcconv.GRPC, Method: method, Target: target})
}

func afterInvoke(c *rpcconv.Call, err error) {
	if hook.Panicking() {
		c.Panicked()
		return
	}
	status, known := statusOf(err)
	if answer := c.Answer(); answer != nil && !known {
		status = *answer
	}
	c.End(status)
}

// beforeNewStream starts the span of a stream. Hooks (*ClientConn).NewStream.
func beforeNewStream(target string, ctx context.Context, method string) (*rpcconv.Call, context.Context) {
	return rpcconv.StartClient(scope, ctx, rpcconv.Request{System: rpcconv.GRPC, Method: method, Target: target, Stream: true})
}

func afterNewStream(c *rpcconv.Call, _ grpc.ClientStream, err error) {
	if err != nil || hook.Panicking() {
		afterInvoke(c, err)
		return
	}
	c.Leave()
}

// beforeSend sends the span along, or what stands for it. Hooks newClientStream, which runs below the interceptors:
// they may set metadata anew.
func beforeSend(ctx context.Context) context.Context {
	ctx = rpcconv.Claim(ctx)
	header, _ := metadata.FromOutgoingContext(ctx) // a copy, in lower case
	if header == nil {
		header = metadata.MD{}
	}
	to := outgoing{Metadata: rpcconv.Metadata(header)}
	propagation.Inject(ctx, nil, &to)
	switch {
	case len(to.added) == 0:
		return ctx
	case to.replaces:
		return metadata.NewOutgoingContext(ctx, header)
	}
	// Leaves what the program has set as it is, and the library to refuse what is malformed.
	return metadata.AppendToOutgoingContext(ctx, to.added...)
}

// outgoing is the metadata of a call.
type outgoing struct {
	rpcconv.Metadata
	added    []string // keys and their values, in turn
	replaces bool     // what the program has set
}

func (o *outgoing) Set(key, value string) {
	_, had := o.Metadata[key]
	o.Metadata.Set(key, value)
	if o.Get(key) == value {
		o.added = append(o.added, key, value)
		o.replaces = o.replaces || had
	}
}

// beforeFinish ends the span of a stream. Hooks (*clientStream).finish, which is called when the stream has been
// read to its end, and when its context or connection ends before. Calls that are no streams have one, too.
func beforeFinish(ctx context.Context, err error) {
	if c := rpcconv.Of(ctx); c != nil {
		status, _ := statusOf(err)
		c.EndTransport(status)
	}
}

// statusOf returns the status that the library makes of an error, and false if the error does not tell.
func statusOf(err error) (rpcconv.Status, bool) {
	if err == nil || err == io.EOF {
		return rpcconv.GRPCStatus(0, "", nil), true
	}
	s, known := status.FromError(err)
	if !known {
		code := codeOf(err)
		s, known = status.New(code, err.Error()), code != codes.Unknown
	}
	return rpcconv.GRPCStatus(uint32(s.Code()), s.Message(), err), known
}

// codeOf is what toRPCErr does.
func codeOf(err error) codes.Code {
	var connection interface{ Temporary() bool }
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return codes.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return codes.Canceled
	case errors.As(err, &connection):
		return codes.Unavailable
	}
	return codes.Unknown
}
