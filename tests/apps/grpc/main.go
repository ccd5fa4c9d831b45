// Command grpc makes calls and streams to itself, one scene a run.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	pb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

func main() {
	scenes := map[string]func(*grpc.ClientConn, *service){
		"calls": calls, "streams": streams, "undrained": undrained, "metadata": forward, "http": overHTTP,
		"panic": panics, "crash": panics, "unknown": unknown, "converted": converted,
	}
	scene := os.Args[1]
	options := []grpc.ServerOption{}
	switch scene {
	case "panic":
		options = append(options, grpc.UnaryInterceptor(recovering))
	case "unknown":
		options = append(options, grpc.UnknownServiceHandler(chat))
	}
	s := &service{arrived: make(chan struct{})}
	server := grpc.NewServer(options...)
	server.RegisterService(&description, s)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go server.Serve(l)
	conn := dial("dns:///"+l.Addr().String(), grpc.WithInsecure(), grpc.WithUnaryInterceptor(tagging),
		grpc.WithStatsHandler(ends{&s.ended}))
	s.next = conn
	scenes[scene](conn, s)
	conn.Close()
	s.finished.Wait()
	server.GracefulStop() // waits for all that is being served
}

func dial(target string, options ...grpc.DialOption) *grpc.ClientConn {
	conn, err := grpc.Dial(target, options...)
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

// ends counts the calls and streams that the library has ended.
type ends struct{ *sync.WaitGroup }

func (ends) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (ends) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (ends) HandleConn(context.Context, stats.ConnStats)                       {}

func (e ends) HandleRPC(_ context.Context, event stats.RPCStats) {
	switch event.(type) {
	case *stats.Begin:
		e.Add(1)
	case *stats.End:
		e.Done()
	}
}

// tagging sets metadata anew, as interceptors do that do not care for what there is.
func tagging(ctx context.Context, method string, in, out interface{}, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if _, has := metadata.FromOutgoingContext(ctx); !has {
		ctx = metadata.NewOutgoingContext(ctx, metadata.Pairs("tenant", "t1"))
	}
	err := invoke(ctx, method, in, out, cc, options...)
	if err != nil && ctx.Value(converting{}) != nil {
		return errors.New("an error of the program's own")
	}
	return err
}

// converting is the key of contexts whose errors tagging converts.
type converting struct{}

func converted(conn *grpc.ClientConn, _ *service) {
	ctx := context.WithValue(context.Background(), converting{}, true)
	say("converted", call(ctx, conn, "missing"))
}

func recovering(ctx context.Context, in interface{}, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (out interface{}, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = status.Errorf(codes.Internal, "recovered %v", r)
		}
	}()
	return handle(ctx, in)
}

func say(what string, err error) {
	fmt.Println(what, status.Code(err))
}

func calls(conn *grpc.ClientConn, s *service) {
	ctx := context.Background()
	for _, what := range []string{"ok", "missing", "broken", "background"} {
		say(what, call(ctx, conn, what))
	}
	say("none", conn.Invoke(ctx, "/test.Service/None", new(pb.HealthCheckRequest), new(pb.HealthCheckResponse)))
	say("nowhere", conn.Invoke(ctx, "/test.Nowhere/Call", new(pb.HealthCheckRequest), new(pb.HealthCheckResponse)))

	cancelled, cancel := context.WithCancel(ctx)
	s.finished.Add(1)
	go func() {
		<-s.arrived
		cancel()
	}()
	say("slow", call(cancelled, conn, "slow"))
	conn.Close()
	say("closed", call(ctx, conn, "ok"))
}

func streams(conn *grpc.ClientConn, _ *service) {
	ctx := context.Background()
	up, err := conn.NewStream(ctx, &description.Streams[0], "/test.Service/Upload")
	say("upload", err)
	for i := 0; i < 3; i++ {
		say("upload", up.SendMsg(new(pb.HealthCheckRequest)))
	}
	up.CloseSend()
	say("uploaded", up.RecvMsg(new(pb.HealthCheckResponse)))

	down := download1(ctx, conn, "")
	for err = nil; err == nil; {
		err = down.RecvMsg(new(pb.HealthCheckResponse))
	}
	fmt.Println("downloaded", err == io.EOF)

	for _, last := range []string{"bye", "hang up"} {
		both, err := conn.NewStream(ctx, &description.Streams[2], "/test.Service/Chat")
		say("chat", err)
		say("chat", both.SendMsg(new(pb.HealthCheckRequest)))
		say("chat", both.RecvMsg(new(pb.HealthCheckResponse)))
		// Not part of the stream, which goes on.
		say("meanwhile", call(ctx, conn, "ok"))
		if last == "hang up" {
			say("chat", both.SendMsg(&pb.HealthCheckRequest{Service: last}))
		} else {
			both.CloseSend()
		}
		err = both.RecvMsg(new(pb.HealthCheckResponse))
		fmt.Println("end", err == io.EOF, status.Code(err))
	}
}

func download1(ctx context.Context, conn *grpc.ClientConn, what string) grpc.ClientStream {
	down, err := conn.NewStream(ctx, &description.Streams[1], "/test.Service/Download")
	say("download", err)
	say("download", down.SendMsg(&pb.HealthCheckRequest{Service: what}))
	down.CloseSend()
	say("download", down.RecvMsg(new(pb.HealthCheckResponse)))
	return down
}

// undrained leaves streams that still have something to tell: one by its context, one with the connection.
func undrained(conn *grpc.ClientConn, s *service) {
	s.finished.Add(2)
	ctx, cancel := context.WithCancel(context.Background())
	download1(ctx, conn, "endless")
	cancel()
	download1(context.Background(), conn, "endless")
	conn.Close()
	s.ended.Wait() // by goroutines of the library
}

func forward(conn *grpc.ClientConn, _ *service) {
	header := metadata.Pairs("tenant", "t2", "baggage", "order=7",
		"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	say("forward", call(metadata.NewOutgoingContext(context.Background(), header), conn, "forward"))
	fmt.Println("still", header["traceparent"], header["baggage"], header["tenant"])
}

func panics(conn *grpc.ClientConn, _ *service) {
	say("panic", call(context.Background(), conn, "panic"))
}

func unknown(conn *grpc.ClientConn, _ *service) {
	both, err := conn.NewStream(context.Background(), &description.Streams[2], "/made.Up/Name7")
	say("made up", err)
	both.CloseSend()
	fmt.Println(both.RecvMsg(new(pb.HealthCheckResponse)) == io.EOF)
}

// overHTTP has net/http serve gRPC.
func overHTTP(_ *grpc.ClientConn, s *service) {
	server := grpc.NewServer()
	server.RegisterService(&description, s)
	web := httptest.NewUnstartedServer(server)
	web.EnableHTTP2 = true
	web.StartTLS()
	conn := dial(web.Listener.Addr().String(),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})))
	say("over HTTP", call(context.Background(), conn, "ok"))
	conn.Close()
	server.GracefulStop()
	web.Close()
}
