package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/wire"
)

// httpExporter sends requests by OTLP/HTTP with protobuf bodies (OTLP
// specification 1.x, "OTLP/HTTP").
type httpExporter struct {
	config otlpConfig
	client http.Client
	zipped bytes.Buffer
}

// idleTimeout is for how long a connection is kept that nothing is sent on: while
// there is traffic it is used again, and a program with nothing to send has none.
const idleTimeout = 10 * time.Second

func newHTTPExporter(c otlpConfig) *httpExporter {
	e := &httpExporter{config: c}
	e.client.Transport = &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: c.timeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        c.tls.load(),
		TLSHandshakeTimeout:    c.timeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           1,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: 64 << 10,
	}
	// A redirect could carry headers with secrets elsewhere.
	e.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return e
}

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

func (e *httpExporter) name() string { return e.config.endpoint.Redacted() }

// maxAnswer bounds how much of an answer is read.
const maxAnswer = 64 << 10

func (e *httpExporter) export(ctx context.Context, payload []byte) result {
	ctx, cancel := context.WithTimeout(ctx, e.config.timeout)
	defer cancel()
	request, err := e.request(ctx, payload)
	if err != nil {
		return result{outcome: refused, err: err}
	}
	response, err := e.client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which is shown beside it
		}
		return result{outcome: unreachable, err: err}
	}
	// A body that breaks off takes nothing away from what the status says.
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	_ = response.Body.Close()
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		return e.accepted(body)
	case status == http.StatusTooManyRequests || status == http.StatusBadGateway ||
		status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		after := retryAfter(response.Header.Get("Retry-After"), time.Now())
		return result{outcome: busy, after: after, err: answerError(response.Status, body)}
	default:
		return result{outcome: refused, err: answerError(response.Status, body)}
	}
}

func (e *httpExporter) request(ctx context.Context, payload []byte) (*http.Request, error) {
	if e.config.gzip {
		e.zipped.Reset()
		z := gzip.NewWriter(&e.zipped)
		if _, err := z.Write(payload); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		payload = e.zipped.Bytes()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.config.endpoint.String(), bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	request.Header = e.config.headers.Clone()
	request.Header.Set("Content-Type", "application/x-protobuf")
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "OTel-OTLP-Exporter-Weft/"+queue.Version)
	}
	if e.config.gzip {
		request.Header.Set("Content-Encoding", "gzip")
	}
	return request, nil
}

// accepted reads Export*ServiceResponse, whose partial_success (1) holds how many
// items were rejected (1) and why (2).
func (e *httpExporter) accepted(body []byte) result {
	r := result{outcome: sent}
	for f, rest, ok := wire.Next(body); ok; f, rest, ok = wire.Next(rest) {
		if f.Number != 1 || f.Type != wire.Bytes {
			continue
		}
		for f, rest, ok := wire.Next(f.Data); ok; f, rest, ok = wire.Next(rest) {
			switch {
			case f.Number == 1 && f.Type == wire.Varint:
				r.rejected = int(min(f.Value, 1<<31))
			case f.Number == 2 && f.Type == wire.Bytes && len(f.Data) > 0:
				r.err = errors.New(printable(f.Data))
			}
		}
	}
	return r
}

// answerError describes a failure by its status and the message of the
// google.rpc.Status in the body (field 2), if that is what it is.
func answerError(status string, body []byte) error {
	for f, rest, ok := wire.Next(body); ok; f, rest, ok = wire.Next(rest) {
		if f.Number == 2 && f.Type == wire.Bytes && len(f.Data) > 0 {
			return fmt.Errorf("%s: %s", status, printable(f.Data))
		}
	}
	return errors.New(status)
}

// printable returns text from elsewhere so that it fits a line of a terminal.
func printable(b []byte) string {
	const most = 200
	quoted := strconv.Quote(string(b[:min(len(b), most)]))
	return quoted[1 : len(quoted)-1]
}

// retryAfter reads a Retry-After field: seconds, or a date (RFC 9110, section
// 10.2.3). It is 0 where there is none.
func retryAfter(v string, now time.Time) time.Duration {
	if v == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(seconds, 0), 24*3600)) * time.Second
	}
	if date, err := http.ParseTime(v); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}
