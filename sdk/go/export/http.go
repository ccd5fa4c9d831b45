package export

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"go.weft.dev/sdk/internal/otlpjson"
)

// httpExporter sends requests by OTLP/HTTP (OTLP specification 1.9, "OTLP/HTTP").
type httpExporter struct {
	client
	message otlpjson.Message // of JSON bodies
	json    []byte
}

func newHTTPExporter(s *signal, c otlpConfig) *httpExporter {
	e := &httpExporter{message: s.message}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	e.init(c, &protocols)
	return e
}

func (e *httpExporter) name() string { return e.config.endpoint.Redacted() }

func (e *httpExporter) export(ctx context.Context, payload []byte) result {
	ctx, cancel := context.WithTimeout(ctx, e.config.timeout)
	defer cancel()
	header := http.Header{"Content-Type": {"application/x-protobuf"}}
	if e.config.protocol == "http/json" {
		header.Set("Content-Type", "application/json")
		payload = e.transcode(payload)
	}
	if e.config.gzip {
		header.Set("Content-Encoding", "gzip")
		payload = e.compress(payload)
	}
	answer, err := e.post(ctx, e.config.endpoint, header, payload)
	if err != nil {
		return result{outcome: unreachable, failure: failureOf(err), err: err}
	}
	// A body that breaks off takes nothing away from what the status says.
	body, kind := answer.body, mediaType(answer.Header)
	switch status := answer.StatusCode; {
	case status >= 200 && status < 300 && kind == "application/json":
		return acceptedJSON(body)
	case status >= 200 && status < 300:
		return accepted(body)
	case status == http.StatusTooManyRequests || status == http.StatusBadGateway ||
		status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		after := retryAfter(answer.Header.Get("Retry-After"), time.Now())
		return result{outcome: busy, after: after, failure: strconv.Itoa(status), err: answerError(answer.Status, kind, body)}
	default:
		return result{outcome: refused, failure: strconv.Itoa(status), err: answerError(answer.Status, kind, body)}
	}
}

// transcode returns payload in OTLP/JSON. It is valid until the next call.
func (e *httpExporter) transcode(payload []byte) []byte {
	const keep = 1 << 20
	if cap(e.json) > keep {
		e.json = nil
	}
	e.json = otlpjson.Append(e.json[:0], payload, e.message)
	return e.json
}
