//go:build backends

package conformance

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
)

// collector is a running OpenTelemetry Collector (tests/collector), with two OTLP
// receivers and a file for each signal.
type collector struct {
	plain, secure receiverAddresses
	certificates  certificates
	directory     string
	stop          func() // and check that it ends well
}

// receiverAddresses are where an OTLP receiver listens.
type receiverAddresses struct{ grpc, http string }

// startCollector starts the Collector that WEFT_COLLECTOR names, on free ports, and
// returns when it is ready. It is stopped with the test, if not before.
func startCollector(t *testing.T) *collector {
	const free = "127.0.0.1:0"
	return startCollectorAt(t, receiverAddresses{grpc: free, http: free})
}

// startCollectorAt starts the Collector with these addresses of the plain receiver.
func startCollectorAt(t *testing.T, plain receiverAddresses) *collector {
	t.Helper()
	binary := os.Getenv("WEFT_COLLECTOR")
	if binary == "" {
		t.Fatal("WEFT_COLLECTOR names no Collector: run 'just test-collector'")
	}
	c := &collector{plain: plain, directory: t.TempDir(), certificates: newCertificates(t)}
	config := filepath.Join(c.directory, "config.yaml")
	if err := os.WriteFile(config, []byte(c.config()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--config", config)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(log)
	var tail []string
	ready := false
	for !ready && lines.Scan() {
		tail = append(tail, lines.Text())
		ready = c.observe(lines.Bytes())
	}
	if !ready {
		_ = cmd.Wait()
		t.Fatalf("the Collector does not start:\n%s", strings.Join(tail, "\n"))
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() {
			tail = append(tail, lines.Text())
		}
	}()
	c.stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("the Collector ends with %v:\n%s", err, strings.Join(tail, "\n"))
		}
		for _, line := range tail {
			if !strings.Contains(line, `"level":"info"`) {
				t.Errorf("the Collector complains: %s", line)
			}
		}
	})
	t.Cleanup(c.stop)
	return c
}

// observe takes addresses from a line of the Collector's log. It reports whether
// the line says that the Collector is ready.
func (c *collector) observe(line []byte) bool {
	var entry struct {
		Message   string `json:"msg"`
		Component string `json:"otelcol.component.id"`
		Endpoint  string `json:"endpoint"`
	}
	if json.Unmarshal(line, &entry) != nil {
		return false
	}
	addresses := &c.plain
	if entry.Component == "otlp/secure" {
		addresses = &c.secure
	}
	switch entry.Message {
	case "Starting GRPC server":
		addresses.grpc = entry.Endpoint
	case "Starting HTTP server":
		addresses.http = entry.Endpoint
	}
	return strings.HasPrefix(entry.Message, "Everything is ready")
}

// config is the Collector's configuration. Without rotation, the file exporter
// would write every second; with it, what was accepted is in the file.
func (c *collector) config() string {
	tls := fmt.Sprintf("tls: {cert_file: %q, key_file: %q, client_ca_file: %q}",
		c.certificates.server.certificate, c.certificates.server.key, c.certificates.authority)
	var b strings.Builder
	fmt.Fprintf(&b, `
receivers:
  otlp/plain:
    protocols:
      grpc: {endpoint: %[2]q}
      http: {endpoint: %[3]q}
  otlp/secure:
    protocols:
      grpc: {endpoint: "127.0.0.1:0", %[1]s}
      http: {endpoint: "127.0.0.1:0", %[1]s}
exporters:
`, tls, c.plain.grpc, c.plain.http)
	signals := []string{"traces", "metrics", "logs"}
	for _, signal := range signals {
		fmt.Fprintf(&b, "  file/%s: {path: %q, format: proto, rotation: {max_megabytes: 1000}}\n", signal, c.file(signal))
	}
	b.WriteString("service:\n  pipelines:\n")
	for _, signal := range signals {
		fmt.Fprintf(&b, "    %[1]s: {receivers: [otlp/plain, otlp/secure], exporters: [file/%[1]s]}\n", signal)
	}
	return b.String()
}

func (c *collector) file(signal string) string { return filepath.Join(c.directory, signal) }

// received yields what the Collector has written of a signal: messages, each after
// its length in four bytes.
func received[M proto.Message](t *testing.T, c *collector, signal string) []M {
	t.Helper()
	b, err := os.ReadFile(c.file(signal))
	if err != nil {
		t.Fatal(err)
	}
	var messages []M
	for len(b) > 0 {
		if len(b) < 4 || len(b)-4 < int(binary.BigEndian.Uint32(b)) {
			// Another test's message is just being written.
			break
		}
		n := 4 + int(binary.BigEndian.Uint32(b))
		var zero M
		m := zero.ProtoReflect().New().Interface().(M)
		if err := proto.Unmarshal(b[4:n], m); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
		b = b[n:]
	}
	return messages
}

// transport is a way to the Collector.
type transport struct {
	name      string
	variables []string
}

// transports returns the ways to the Collector, each for every signal.
func (c *collector) transports() []transport {
	var all []transport
	for _, protocol := range []string{"http/protobuf", "http/json", "grpc"} {
		for _, compression := range []string{"none", "gzip"} {
			for _, secure := range []bool{false, true} {
				tr := transport{name: protocol + " " + compression, variables: []string{
					"OTEL_EXPORTER_OTLP_PROTOCOL=" + protocol,
					"OTEL_EXPORTER_OTLP_COMPRESSION=" + compression,
				}}
				scheme, addresses := "http://", c.plain
				if secure {
					tr.name += " mTLS"
					scheme, addresses = "https://", c.secure
					tr.variables = append(tr.variables,
						"OTEL_EXPORTER_OTLP_CERTIFICATE="+c.certificates.authority,
						"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE="+c.certificates.client.certificate,
						"OTEL_EXPORTER_OTLP_CLIENT_KEY="+c.certificates.client.key)
				}
				address := addresses.http
				if protocol == "grpc" {
					address = addresses.grpc
				}
				tr.variables = append(tr.variables, "OTEL_EXPORTER_OTLP_ENDPOINT="+scheme+address)
				all = append(all, tr)
			}
		}
	}
	return all
}

// runWith runs a program that sends to the Collector and must have nothing to say.
// The service's name tells its telemetry from that of other tests.
func runWith(t *testing.T, name string, tr transport, service string, variables ...string) {
	t.Helper()
	variables = slices.Concat(tr.variables, []string{"OTEL_SERVICE_NAME=" + service}, variables)
	if stdout, stderr := run(t, name, nil, variables...); stdout != "" || stderr != "" {
		t.Errorf("stdout %q, stderr %q", stdout, stderr)
	}
}

func TestCollector(t *testing.T) {
	c := startCollector(t)
	for _, tr := range c.transports() {
		t.Run(tr.name, func(t *testing.T) {
			t.Parallel()
			t.Run("traces", func(t *testing.T) {
				t.Parallel()
				checkEverySpan(t, c, tr)
			})
			t.Run("metrics", func(t *testing.T) {
				t.Parallel()
				checkEveryInstrument(t, c, tr)
			})
			t.Run("logs", func(t *testing.T) {
				t.Parallel()
				checkEveryRecord(t, c, tr)
			})
		})
	}
	for _, preference := range []string{"cumulative", "delta", "lowmemory"} {
		for _, histogram := range []string{"explicit_bucket_histogram", "base2_exponential_bucket_histogram"} {
			t.Run("metrics "+preference+" "+histogram, func(t *testing.T) {
				t.Parallel()
				checkEveryInstrument(t, c, c.transports()[0], "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="+preference,
					"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION="+histogram)
			})
		}
	}
	t.Run("traces over limits", func(t *testing.T) {
		t.Parallel()
		checkDroppedCounts(t, c)
	})
	t.Run("more than one message may hold", func(t *testing.T) {
		t.Parallel()
		checkBulk(t, c)
	})
}
