package main

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	pb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// service serves calls and streams of all kinds. The messages are those of health checks, whose texts say what is
// to happen.
type service struct {
	next     *grpc.ClientConn
	arrived  chan struct{}  // a call has come that waits for its end
	finished sync.WaitGroup // such calls
	ended    sync.WaitGroup // what the client began
}

var description = grpc.ServiceDesc{
	ServiceName: "test.Service",
	HandlerType: (*interface{})(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Call", Handler: func(
		srv interface{}, ctx context.Context, decode func(interface{}) error, interceptor grpc.UnaryServerInterceptor,
	) (interface{}, error) {
		in := new(pb.HealthCheckRequest)
		if err := decode(in); err != nil {
			return nil, err
		}
		handler := func(ctx context.Context, _ interface{}) (interface{}, error) {
			return srv.(*service).call(ctx, in.Service)
		}
		if interceptor == nil {
			return handler(ctx, in)
		}
		return interceptor(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: "/test.Service/Call"}, handler)
	}}},
	Streams: []grpc.StreamDesc{
		{StreamName: "Upload", ClientStreams: true, Handler: upload},
		{StreamName: "Download", ServerStreams: true, Handler: download},
		{StreamName: "Chat", ClientStreams: true, ServerStreams: true, Handler: chat},
	},
}

func (s *service) call(ctx context.Context, what string) (*pb.HealthCheckResponse, error) {
	switch what {
	case "missing":
		return nil, status.Error(codes.NotFound, "no such thing")
	case "broken":
		return nil, errors.New("broken")
	case "panic":
		panic("at the disco")
	case "slow":
		defer s.finished.Done()
		s.arrived <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	case "forward": // with all that came in, as a proxy
		in, _ := metadata.FromIncomingContext(ctx)
		delete(in, "content-type")
		delete(in, "user-agent")
		delete(in, ":authority")
		return new(pb.HealthCheckResponse), call(metadata.NewOutgoingContext(context.Background(), in), s.next, "ok")
	case "background": // of the goroutine
		return new(pb.HealthCheckResponse), call(context.Background(), s.next, "ok")
	}
	return &pb.HealthCheckResponse{Status: pb.HealthCheckResponse_SERVING}, nil
}

func upload(_ interface{}, stream grpc.ServerStream) error {
	for {
		switch err := stream.RecvMsg(new(pb.HealthCheckRequest)); err {
		case nil:
		case io.EOF:
			return stream.SendMsg(new(pb.HealthCheckResponse))
		default:
			return err
		}
	}
}

func download(srv interface{}, stream grpc.ServerStream) error {
	in := new(pb.HealthCheckRequest)
	if err := stream.RecvMsg(in); err != nil {
		return err
	}
	s := srv.(*service)
	if in.Service == "endless" {
		defer s.finished.Done()
	}
	for i := 0; i < 3; i++ {
		if err := stream.SendMsg(new(pb.HealthCheckResponse)); err != nil {
			return err
		}
	}
	if in.Service == "endless" {
		<-stream.Context().Done()
		return stream.Context().Err()
	}
	return call(stream.Context(), s.next, "ok")
}

func chat(_ interface{}, stream grpc.ServerStream) error {
	for {
		in := new(pb.HealthCheckRequest)
		switch err := stream.RecvMsg(in); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case in.Service == "hang up":
			return status.Error(codes.DataLoss, "did not hear")
		}
		if err := stream.SendMsg(new(pb.HealthCheckResponse)); err != nil {
			return err
		}
	}
}

func call(ctx context.Context, conn *grpc.ClientConn, what string) error {
	return conn.Invoke(ctx, "/test.Service/Call", &pb.HealthCheckRequest{Service: what}, new(pb.HealthCheckResponse))
}
