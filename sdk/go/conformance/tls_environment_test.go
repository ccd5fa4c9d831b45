package conformance

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"os"
	"strings"
	"testing"
)

// quiet is for a server whose clients are expected to fail.
var quiet = log.New(io.Discard, "", 0)

// TestTLSEnvironment has the variables that name PEM files, with a backend that wants
// a certificate of its clients.
func TestTLSEnvironment(t *testing.T) {
	t.Parallel()
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
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		good := map[string]string{
			"CERTIFICATE": files.authority, "CLIENT_CERTIFICATE": files.client.certificate, "CLIENT_KEY": files.client.key,
		}
		for _, tt := range []struct{ variable, value, sent, tells string }{
			{"CERTIFICATE", files.authority, "200 roots", ""},
			{"CERTIFICATE", "", "0 roots", "certificate"},
			{"CERTIFICATE", "/no/such/file", "0 roots", "cannot use the certificate file /no/such/file"},
			{"CERTIFICATE", files.client.key, "0 roots", "no certificate in it"},
			{"CLIENT_CERTIFICATE", "", "0 roots", "certificate"},
			{"CLIENT_CERTIFICATE", "/no/such/file", "0 roots", "cannot use the client certificate /no/such/file"},
			{"CLIENT_KEY", "", "0 roots", "cannot use the client certificate"},
			{"CLIENT_KEY", "/no/such/file", "0 roots", "cannot use the client certificate"},
		} {
			t.Run(prefix+tt.variable+"="+tt.value, func(t *testing.T) {
				t.Parallel()
				r := newUnstartedRecorder(t)
				r.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities}
				r.Config.ErrorLog = quiet
				r.StartTLS()
				variables := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=BACKEND"}
				for name, path := range good {
					if name == tt.variable {
						path = tt.value
					}
					variables = append(variables, prefix+name+"="+path)
				}
				o := r.observe(t, "environment", variables...)
				if got := sent(o); got != tt.sent || !strings.Contains(o.stderr, tt.tells) || tt.tells == "" && o.stderr != "" {
					t.Errorf("%s, want %s; stderr %s", got, tt.sent, o.stderr)
				}
			})
		}
	}
}
