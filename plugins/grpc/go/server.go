package grpc

import (
	"context"
	"reflect"
	"sync"

	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/semconv/rpcconv"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// A handling is a call that is being served.
type handling struct {
	call   *rpcconv.Call
	stream any
	status rpcconv.Status
}

// handled holds them by their streams, of which the type and, in old versions, the context are the library's own.
var handled sync.Map

// beforeHandle starts the span of a call. Hooks (*Server).handleStream.
func beforeHandle(stream any) *handling {
	s, ok := stream.(interface {
		Context() context.Context
		Method() string
	})
	if !ok {
		return nil
	}
	ctx := s.Context()
	r := rpcconv.Request{System: rpcconv.GRPC, Method: s.Method()}
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		r.Peer = p.Addr.String()
	}
	header, _ := metadata.FromIncomingContext(ctx)
	r.Target = rpcconv.Metadata(header).Get(":authority")
	h := &handling{stream: stream, status: rpcconv.GRPCStatus(uint32(codes.Unimplemented), "no such method", nil)}
	if h.call = rpcconv.StartServer(scope, ctx, r, rpcconv.Metadata(header)); h.call == nil {
		return nil
	}
	handled.Store(stream, h)
	return h
}

func afterHandle(h *handling) {
	handled.Delete(h.stream)
	if hook.Panicking() {
		h.call.Panicked()
		return
	}
	h.call.End(h.status)
}

// beforeProcess notes that there is such a method, unless only a handler of unknown ones serves it. Hooks
// (*Server).processUnaryRPC and processStreamingRPC, which are processRPC now.
func beforeProcess(stream, service any) *handling {
	h, _ := handled.Load(stream)
	if h == nil {
		return nil
	}
	if v := reflect.ValueOf(service); v.Kind() == reflect.Pointer && !v.IsNil() {
		h.(*handling).call.Recognise()
	}
	return h.(*handling)
}

func afterProcess(h *handling, err error) { h.status, _ = statusOf(err) }

// beforeContext puts the span into the context of the handler and of interceptors. Hooks
// NewContextWithServerTransportStream, which programs may call with streams of their own.
func beforeContext(ctx context.Context, stream grpc.ServerTransportStream) context.Context {
	if stream == nil || reflect.TypeOf(stream).Kind() != reflect.Pointer {
		return ctx
	}
	if h, ok := handled.Load(stream); ok {
		return h.(*handling).call.Context(ctx)
	}
	return ctx
}
