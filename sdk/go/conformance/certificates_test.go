package conformance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certificates are PEM files for mutual TLS on loopback.
type certificates struct {
	authority      string
	server, client keyPair
}

type keyPair struct{ certificate, key string }

// newCertificates makes an authority, and a server's and a client's certificate.
func newCertificates(t *testing.T) certificates {
	t.Helper()
	directory := t.TempDir()
	issuer := &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority"},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authority, signer := issue(t, directory, issuer, nil, nil)
	server, _ := issue(t, directory, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "server"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, issuer, signer)
	client, _ := issue(t, directory, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "client"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, issuer, signer)
	return certificates{authority: authority.certificate, server: server, client: client}
}

// issue writes a certificate, signed by the issuer or else by itself, and its key.
func issue(t *testing.T, directory string, c, issuer *x509.Certificate, signer *ecdsa.PrivateKey) (keyPair, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if issuer == nil {
		issuer, signer = c, key
	}
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	signed, err := x509.CreateCertificate(rand.Reader, c, issuer, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(directory, c.Subject.CommonName)
	pair := keyPair{name + ".pem", name + ".key"}
	for file, block := range map[string]*pem.Block{
		pair.certificate: {Type: "CERTIFICATE", Bytes: signed},
		pair.key:         {Type: "PRIVATE KEY", Bytes: encoded},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pair, key
}
