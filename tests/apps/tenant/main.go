// Command tenant is a shop of three services in one process: gin takes orders, gRPC keeps the stock, and net/http asks
// a backend that speaks HTTP by hand, so that nothing is woven into it. It gets one order for each argument, which is
// the tenant's header as it stands in the request, from a client that is written by hand too, and prints what the
// backend and the stock got.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/gin-gonic/gin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

func main() {
	gin.SetMode(gin.ReleaseMode)
	backend := listen()
	go answer(backend)
	prices := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetch(r.Context(), w, "http://"+backend.Addr().String()+"/price")
	}))
	stock := grpc.NewServer()
	pb.RegisterHealthServer(stock, &service{prices: prices.URL})
	l := listen()
	go stock.Serve(l)
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	engine := gin.New()
	engine.GET("/orders/:id", func(c *gin.Context) { order(c, pb.NewHealthClient(conn)) })
	front := httptest.NewServer(engine)

	for _, header := range os.Args[1:] {
		fmt.Println("order", ask(front.Listener.Addr().String(), header))
	}
	front.Close()
	conn.Close()
	stock.GracefulStop()
	prices.Close()
}

// order asks for the stock by a call and by a stream.
func order(c *gin.Context, client pb.HealthClient) {
	ctx := c.Request.Context()
	_, err := client.Check(ctx, &pb.HealthCheckRequest{Service: c.Param("id")})
	check(err)
	stream, err := client.Watch(ctx, &pb.HealthCheckRequest{})
	check(err)
	for err == nil {
		_, err = stream.Recv()
	}
	c.String(http.StatusOK, c.Param("id"))
}

// service keeps the stock.
type service struct {
	pb.UnimplementedHealthServer
	prices string
}

// Check asks for the price, with no context but the goroutine's.
func (s *service) Check(ctx context.Context, r *pb.HealthCheckRequest) (*pb.HealthCheckResponse, error) {
	header, _ := metadata.FromIncomingContext(ctx)
	fmt.Println("stock", header["x-tenant-id"], header["baggage"])
	fetch(context.Background(), io.Discard, s.prices)
	return &pb.HealthCheckResponse{}, nil
}

// Watch sends one answer.
func (s *service) Watch(_ *pb.HealthCheckRequest, stream grpc.ServerStreamingServer[pb.HealthCheckResponse]) error {
	return stream.Send(&pb.HealthCheckResponse{})
}

func fetch(ctx context.Context, w io.Writer, url string) {
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	check(err)
	response, err := http.DefaultClient.Do(r)
	check(err)
	io.Copy(w, response.Body)
	response.Body.Close()
}

// answer speaks HTTP by hand, as a service does that nobody has instrumented.
func answer(l net.Listener) {
	for {
		conn, err := l.Accept()
		check(err)
		r, err := http.ReadRequest(bufio.NewReader(conn))
		check(err)
		fmt.Println("backend", r.Header["X-Tenant-Id"], r.Header["Baggage"])
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n42")
		conn.Close()
	}
}

// ask sends a request with a line of header, and returns the status of the answer.
func ask(address, header string) string {
	conn, err := net.Dial("tcp", address)
	check(err)
	defer conn.Close()
	if header != "" {
		header = strings.ReplaceAll(header, "|", "\r\n") + "\r\n"
	}
	fmt.Fprintf(conn, "GET /orders/7 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n%s\r\n", header)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(err)
	return response.Status
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return l
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
