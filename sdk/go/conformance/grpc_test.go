package conformance

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestEverythingDecodesByGRPC(t *testing.T) {
	for _, compression := range []string{"none", "gzip"} {
		t.Run(compression, func(t *testing.T) {
			t.Parallel()
			s := newGRPCSink(t, nil)
			_, stderr := run(t, "full", s.sink, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_COMPRESSION="+compression,
				"OTEL_SERVICE_NAME=shop", "OTEL_RESOURCE_ATTRIBUTES=service.name=no,team=a%2Cb",
				"OTEL_EXPORTER_OTLP_HEADERS=x-key=a%20b,te=no,content-type=text/plain,grpc-encoding=x")
			if stderr != "" {
				t.Errorf("stderr: %s", stderr)
			}
			checkFullSpans(t, s.sink)
			if h := s.headers[0]; h.Get("X-Key") != "a b" || h.Get("Content-Type") != "application/grpc" ||
				!strings.HasPrefix(h.Get("User-Agent"), "OTel-OTLP-Exporter-Weft/") {
				t.Errorf("headers %v", h)
			}
		})
	}
}

func withDetails(t *testing.T, code codes.Code, pause time.Duration) error {
	s, err := status.New(code, "wait").WithDetails(
		&errdetails.BadRequest{}, &errdetails.RetryInfo{RetryDelay: durationpb.New(pause)})
	if err != nil {
		t.Fatal(err)
	}
	return s.Err()
}

func TestGRPCAnswers(t *testing.T) {
	type response = collectortrace.ExportTraceServiceResponse
	first := func(err error) func(context.Context, int) (*response, error) {
		return func(_ context.Context, attempt int) (*response, error) {
			if attempt > 1 {
				return nil, nil
			}
			return nil, err
		}
	}
	const delivered, lost = "{Queued:0 Exported:3 Dropped:0 Failed:0}", "{Queued:0 Exported:0 Dropped:0 Failed:3}"
	tests := []struct {
		name     string
		respond  func(context.Context, int) (*response, error)
		attempts int
		stats    string
		stderr   string
	}{
		{"UNAVAILABLE, then well", first(status.Error(codes.Unavailable, "100% out\nof order")), 2, delivered, `UNAVAILABLE: 100% out\nof order (trying again`},
		{"UNAVAILABLE with RetryInfo", first(withDetails(t, codes.Unavailable, time.Millisecond)), 2, delivered, "UNAVAILABLE: wait (trying again"},
		{"RESOURCE_EXHAUSTED with RetryInfo", first(withDetails(t, codes.ResourceExhausted, time.Millisecond)), 2, delivered, "RESOURCE_EXHAUSTED: wait (trying again"},
		{"RESOURCE_EXHAUSTED with a long RetryInfo", first(withDetails(t, codes.ResourceExhausted, time.Hour)), 1, "{Queued:3 Exported:0 Dropped:0 Failed:0}", "RESOURCE_EXHAUSTED"},
		{"RESOURCE_EXHAUSTED", first(status.Error(codes.ResourceExhausted, "too large")), 1, lost, "refuses spans: RESOURCE_EXHAUSTED: too large"},
		{"INVALID_ARGUMENT", first(status.Error(codes.InvalidArgument, "bad")), 1, lost, "refuses spans: INVALID_ARGUMENT: bad"},
		{"INTERNAL", first(status.Error(codes.Internal, "")), 1, lost, "refuses spans: INTERNAL"},
		{"CANCELLED", first(status.Error(codes.Canceled, "")), 2, delivered, "CANCELLED (trying again"},
		{"pushback", func(ctx context.Context, attempt int) (*response, error) {
			_ = grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", "-1"))
			return nil, status.Error(codes.Unavailable, "never again")
		}, 1, lost, "refuses spans: UNAVAILABLE: never again"},
		{"partial success", func(context.Context, int) (*response, error) {
			return &response{PartialSuccess: &collectortrace.ExportTracePartialSuccess{RejectedSpans: 2, ErrorMessage: "reason"}}, nil
		}, 1, "{Queued:0 Exported:1 Dropped:0 Failed:2}", "did not accept all spans: reason"},
		{"a deadline", func(ctx context.Context, _ int) (*response, error) {
			deadline, ok := ctx.Deadline()
			if left := time.Until(deadline); !ok || left > 5*time.Second {
				t.Errorf("deadline in %v", left)
			}
			return nil, nil
		}, 1, delivered, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newGRPCSink(t, tt.respond)
			stats, stderr := runMany(t, s.sink, 3, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_COMPRESSION=gzip")
			if stats != tt.stats || s.attempt != tt.attempts {
				t.Errorf("stats %s after %d attempts, want %s after %d", stats, s.attempt, tt.stats, tt.attempts)
			}
			if !strings.Contains(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("stderr %q, want %q", stderr, tt.stderr)
			}
		})
	}
}

// Endpoints of every form reach a server, with and without mutual TLS.
func TestGRPCEndpoints(t *testing.T) {
	files := newCertificates(t)
	pair, err := tls.LoadX509KeyPair(files.server.certificate, files.server.key)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(files.authority)
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pem)
	secure := grpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities,
	}))
	ca := "OTEL_EXPORTER_OTLP_CERTIFICATE=" + files.authority
	client := []string{
		"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=" + files.client.certificate, "OTEL_EXPORTER_OTLP_CLIENT_KEY=" + files.client.key,
	}
	const all, traces = "OTEL_EXPORTER_OTLP_ENDPOINT=", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="
	tests := []struct {
		name      string
		secure    bool
		endpoint  string // before host:port
		variables []string
		delivered bool
	}{
		{"http", false, all + "http://", nil, true},
		{"http wins over secure", false, all + "http://", []string{"OTEL_EXPORTER_OTLP_INSECURE=false"}, true},
		{"insecure without scheme", false, all, []string{"OTEL_EXPORTER_OTLP_INSECURE=true"}, true},
		{"insecure traces", false, traces, []string{"OTEL_EXPORTER_OTLP_INSECURE=false", "OTEL_EXPORTER_OTLP_TRACES_INSECURE=true"}, true},
		{"secure without scheme", true, all, append(client, ca), true},
		{"https wins over insecure", true, traces + "https://", append(client, ca, "OTEL_EXPORTER_OTLP_INSECURE=true"), true},
		{"unknown authority", true, all + "https://", client, false},
		{"no client certificate", true, all + "https://", []string{ca}, false},
		{"not secure", true, all + "http://", nil, false},
		{"secure, but the server is not", false, all, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var options []grpc.ServerOption
			if tt.secure {
				options = append(options, secure)
			}
			s := newGRPCSink(t, nil, options...)
			u, err := url.Parse(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			stats, stderr := runMany(t, nil, 3, append(tt.variables, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", tt.endpoint+u.Host)...)
			want := "{Queued:3 Exported:0 Dropped:0 Failed:0}"
			if tt.delivered {
				want = "{Queued:0 Exported:3 Dropped:0 Failed:0}"
			}
			if stats != want || tt.delivered != (stderr == "") {
				t.Errorf("stats %s, want %s; stderr %s", stats, want, stderr)
			}
		})
	}
}

func TestGRPCNobodyListens(t *testing.T) {
	t.Parallel()
	stats, stderr := runMany(t, nil, 3, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+refusing(t))
	if want := "{Queued:3 Exported:0 Dropped:0 Failed:0}"; stats != want || strings.Count(stderr, "\n") != 1 {
		t.Errorf("stats %s, want %s; stderr %s", stats, want, stderr)
	}
}

// A server of HTTP/1 is not taken for one of gRPC, and says nothing that counts.
func TestGRPCToAnotherServer(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	stats, stderr := runMany(t, s, 3, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc")
	if want := "{Queued:3 Exported:0 Dropped:0 Failed:0}"; stats != want || strings.Count(stderr, "\n") != 1 {
		t.Errorf("stats %s, want %s; stderr %s", stats, want, stderr)
	}
}
