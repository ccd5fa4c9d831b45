package export

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"

	"go.weft.dev/sdk/internal/report"
)

// load returns nil where no files are named, and reports files that do not load.
func (f tlsFiles) load() *tls.Config {
	if f == (tlsFiles{}) {
		return nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.authorities != "" {
		pem, err := os.ReadFile(f.authorities)
		pool := x509.NewCertPool()
		if err == nil && !pool.AppendCertsFromPEM(pem) {
			err = errors.New("no certificate in it")
		}
		if err != nil {
			report.Once("tls authorities", "cannot use the certificate file %s: %v", f.authorities, err)
		} else {
			c.RootCAs = pool
		}
	}
	if f.certificate != "" || f.key != "" {
		pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
		if err != nil {
			report.Once("tls pair", "cannot use the client certificate %s: %v", f.certificate, err)
		} else {
			c.Certificates = []tls.Certificate{pair}
		}
	}
	return c
}
