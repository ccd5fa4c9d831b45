// Command https serves a folder over TLS on a free loopback port, with a certificate of an authority of its
// own, which it writes to the file named: https FOLDER AUTHORITY.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	authority, certificate, err := issue()
	if err == nil {
		err = os.WriteFile(os.Args[2], authority, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("serving at https://localhost:%d\n", listener.Addr().(*net.TCPAddr).Port)
	files := http.FileServer(http.Dir(os.Args[1]))
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What no client of plugins may follow.
		if name, ok := strings.CutPrefix(r.URL.Path, "/plainly/"); ok {
			http.Redirect(w, r, "http://localhost:1/"+name, http.StatusFound)
			return
		}
		files.ServeHTTP(w, r)
	})))
}

// issue makes an authority, as PEM, and a certificate of it for localhost.
func issue() ([]byte, tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	now := time.Now()
	template := x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "tests"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	authority, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	leaf := x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		NotBefore:    template.NotBefore,
		NotAfter:     template.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	issuer, err := x509.ParseCertificate(authority)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	signed, err := x509.CreateCertificate(rand.Reader, &leaf, issuer, &leafKey.PublicKey, key)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority})
	return text, tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: leafKey}, nil
}
