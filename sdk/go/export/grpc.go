package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// grpcExporter sends requests by OTLP/gRPC: unary calls over HTTP/2 (OTLP
// specification 1.9, "OTLP/gRPC"; grpc/doc/PROTOCOL-HTTP2.md).
type grpcExporter struct {
	client
	method *url.URL
	frame  []byte
}

func newGRPCExporter(s *signal, c otlpConfig) *grpcExporter {
	e := &grpcExporter{method: c.endpoint.JoinPath(s.method)}
	for name := range c.headers {
		if strings.HasPrefix(name, "Grpc-") { // reserved
			c.headers.Del(name)
		}
	}
	var protocols http.Protocols
	if c.endpoint.Scheme == "https" {
		protocols.SetHTTP2(true)
	} else {
		protocols.SetUnencryptedHTTP2(true)
	}
	e.init(c, &protocols)
	return e
}

func (e *grpcExporter) name() string { return e.config.endpoint.Redacted() }

func (e *grpcExporter) export(ctx context.Context, payload []byte) result {
	ctx, cancel := context.WithTimeout(ctx, e.config.timeout)
	defer cancel()
	header := http.Header{
		"Content-Type": {"application/grpc"},
		"Te":           {"trailers"},
		// A server may compress as the client does, but what it sends is tiny.
		"Grpc-Accept-Encoding": {"identity"},
	}
	if deadline, ok := ctx.Deadline(); ok {
		header["Grpc-Timeout"] = []string{grpcTimeout(time.Until(deadline))}
	}
	compressed := byte(0)
	if e.config.gzip {
		header["Grpc-Encoding"] = []string{"gzip"}
		payload, compressed = e.compress(payload), 1
	}
	answer, err := e.post(ctx, e.method, header, e.framed(payload, compressed))
	if err != nil {
		return result{outcome: unreachable, failure: failureOf(err), err: err}
	}
	return answer.grpcResult(time.Now())
}

// framed returns a message with its prefix: whether it is compressed, and its size.
// It is valid until the next call.
func (e *grpcExporter) framed(message []byte, compressed byte) []byte {
	const keep = 1 << 20
	if cap(e.frame) > keep {
		e.frame = nil
	}
	e.frame = append(e.frame[:0], compressed)
	e.frame = binary.BigEndian.AppendUint32(e.frame, uint32(len(message)))
	e.frame = append(e.frame, message...)
	return e.frame
}

// grpcTimeout returns a duration in the form of grpc-timeout, which has room for
// eight digits.
func grpcTimeout(d time.Duration) string {
	const most = 99999999
	return strconv.FormatInt(min(max(d.Milliseconds(), 1), most), 10) + "m"
}

// grpcResult returns what the answer of a call says.
func (a answer) grpcResult(now time.Time) result {
	s, ok := readGRPCStatus(a.Trailer)
	if !ok {
		s, ok = readGRPCStatus(a.Header) // nothing but a status
	}
	switch {
	case ok:
	case a.StatusCode != http.StatusOK:
		s = grpcStatus{code: codeOfHTTP(a.StatusCode), message: a.Status}
		s.after = retryAfter(a.Header.Get("Retry-After"), now)
	case a.cut != nil:
		return result{outcome: unreachable, failure: failureOf(a.cut), err: a.cut}
	default:
		return result{outcome: refused, failure: failureAnswer, err: errors.New("the answer is not one of gRPC")}
	}
	if s.code != codeOK {
		return s.result()
	}
	message, err := unframed(a.body, a.Header.Get("Grpc-Encoding"))
	if err != nil { // the status is what counts
		return result{outcome: sent}
	}
	return accepted(message)
}

// unframed returns the message in the body of an answer.
func unframed(body []byte, encoding string) ([]byte, error) {
	const prefix = 5
	if len(body) < prefix {
		return nil, io.ErrUnexpectedEOF
	}
	size := binary.BigEndian.Uint32(body[1:])
	message := body[prefix:]
	if uint64(size) > uint64(len(message)) {
		return nil, io.ErrUnexpectedEOF
	}
	message = message[:size]
	if body[0] == 0 {
		return message, nil
	}
	if encoding != "gzip" {
		return nil, errors.New("compressed in an unknown way")
	}
	z, err := gzip.NewReader(bytes.NewReader(message))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxAnswer))
}
