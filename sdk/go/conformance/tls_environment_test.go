package conformance

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"os"
	"slices"
	"strings"
	"testing"
)

// quiet is for a server whose clients are expected to fail.
var quiet = log.New(io.Discard, "", 0)

// tlsVariables are what follows the prefix for a signal.
var tlsVariables = []string{"CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"}

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
	for _, signal := range signals {
		good := map[string]string{
			"CERTIFICATE": files.authority, "CLIENT_CERTIFICATE": files.client.certificate, "CLIENT_KEY": files.client.key,
		}
		for _, tt := range []struct {
			variable, value string
			sent            bool
			tells           string
		}{
			{"CERTIFICATE", files.authority, true, ""},
			{"CERTIFICATE", "", false, "certificate"},
			{"CERTIFICATE", "/no/such/file", false, "cannot use the certificate file /no/such/file"},
			{"CERTIFICATE", files.client.key, false, "no certificate in it"},
			{"CLIENT_CERTIFICATE", "", false, "certificate"},
			{"CLIENT_CERTIFICATE", "/no/such/file", false, "cannot use the client certificate /no/such/file"},
			{"CLIENT_KEY", "", false, "cannot use the client certificate"},
			{"CLIENT_KEY", "/no/such/file", false, "cannot use the client certificate"},
		} {
			t.Run(signal.prefix+tt.variable+"="+tt.value, func(t *testing.T) {
				t.Parallel()
				r := newUnstartedRecorder(t)
				r.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities}
				r.Config.ErrorLog = quiet
				r.StartTLS()
				variables := append(slices.Clone(signal.with), "OTEL_EXPORTER_OTLP_ENDPOINT=BACKEND")
				for name, path := range good {
					if name == tt.variable {
						path = tt.value
					}
					variables = append(variables, signal.prefix+name+"="+path)
				}
				o := r.observe(t, signal.program, variables...)
				if got := len(o.requests) > 0; got != tt.sent || !strings.Contains(o.stderr, tt.tells) || tt.tells == "" && o.stderr != "" {
					t.Errorf("sent: %t, want %t; stderr %s", got, tt.sent, o.stderr)
				}
			})
		}
	}
}
