package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"go.weft.dev/sdk/internal/queue"
)

// client makes the requests of one exporter, one at a time.
type client struct {
	config otlpConfig
	http   http.Client
	zipped bytes.Buffer
	failed bool // the last request
}

// idleTimeout is for how long a connection is kept that nothing is sent on: while
// there is traffic it is used again, and a program with nothing to send has none.
const idleTimeout = 10 * time.Second

// maxAnswer bounds how much of an answer is read.
const maxAnswer = 64 << 10

// init makes c usable, with these versions of HTTP.
func (c *client) init(config otlpConfig, protocols *http.Protocols) {
	c.config = config
	transport := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: config.timeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        config.tls.load(),
		TLSHandshakeTimeout:    config.timeout,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxIdleConns:           1,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxAnswer,
	}
	if !protocols.UnencryptedHTTP2() { // which a proxy does not speak
		transport.Proxy = http.ProxyFromEnvironment
	}
	c.http.Transport = transport
	// A redirect could carry headers with secrets elsewhere.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
	cut  error // why there is no more of the body
}

// post sends a body with the headers that were configured, and header. A failure
// means that there was no answer.
func (c *client) post(ctx context.Context, u *url.URL, header http.Header, body []byte) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	l := lease{payload: body}
	l.lend(request)
	defer l.end()
	request.Header = c.config.headers.Clone()
	for name, values := range header {
		request.Header[name] = values
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "OTel-OTLP-Exporter-Weft/"+queue.Version)
	}
	if c.failed {
		c.release() // a connection of HTTP/2 may be dead and yet be used again
	}
	response, err := c.http.Do(request)
	c.failed = err != nil
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which is shown beside it
		}
		return answer{}, err
	}
	a := answer{Response: response}
	a.body, a.cut = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	_ = response.Body.Close()
	c.failed = a.cut != nil
	return a, nil
}

// release closes the connections that are not in use.
func (c *client) release() { c.http.CloseIdleConnections() }

// compress returns payload compressed. It is valid until the next call.
func (c *client) compress(payload []byte) []byte {
	const keep = 1 << 20
	if c.zipped.Cap() > keep {
		c.zipped = bytes.Buffer{}
	}
	c.zipped.Reset()
	// A program's time is worth more than the last tenth of the size. The writer is
	// not kept: it takes more memory than what it writes.
	z, _ := gzip.NewWriterLevel(&c.zipped, gzip.BestSpeed)
	_, _ = z.Write(payload) // a Buffer takes all
	_ = z.Close()
	return c.zipped.Bytes()
}
