package export

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/report"
)

// otlpConfig is what the variables OTEL_EXPORTER_OTLP_* say for one signal
// (protocol/exporter.md).
type otlpConfig struct {
	endpoint *url.URL
	headers  http.Header
	timeout  time.Duration
	gzip     bool
	tls      tlsFiles
}

// tlsFiles names PEM files; empty names stand for the system's defaults.
type tlsFiles struct{ authorities, certificate, key string }

const defaultEndpoint = "http://localhost:4318"

// otlpVariable returns the signal's own variable, else the one for all signals.
func (s *signal) otlpVariable(suffix string) (name, value string) {
	return env.First("OTEL_EXPORTER_OTLP_"+s.env+"_"+suffix, "OTEL_EXPORTER_OTLP_"+suffix)
}

func (s *signal) otlpFromEnv() otlpConfig {
	c := otlpConfig{
		endpoint: s.endpointFromEnv(),
		headers:  s.headersFromEnv(),
		timeout:  env.Millis("OTEL_EXPORTER_OTLP_"+s.env+"_TIMEOUT", env.Millis("OTEL_EXPORTER_OTLP_TIMEOUT", 10*time.Second)),
	}
	switch name, v := s.otlpVariable("COMPRESSION"); v {
	case "gzip":
		c.gzip = true
	case "", "none":
	default:
		env.Bad(name, v, "none")
	}
	if name, v := s.otlpVariable("PROTOCOL"); v != "" && v != "http/protobuf" {
		report.Once("env "+name, "%s=%s is not supported, sending %s as http/protobuf to %s",
			name, v, s.items, c.endpoint.Redacted())
	}
	_, c.tls.authorities = s.otlpVariable("CERTIFICATE")
	_, c.tls.certificate = s.otlpVariable("CLIENT_CERTIFICATE")
	_, c.tls.key = s.otlpVariable("CLIENT_KEY")
	return c
}

// endpointFromEnv returns where to send the signal: the signal's own variable is
// taken as it is, to the one for all signals the signal's path is added
// (protocol/exporter.md#endpoint-urls-for-otlphttp).
func (s *signal) endpointFromEnv() *url.URL {
	name := "OTEL_EXPORTER_OTLP_" + s.env + "_ENDPOINT"
	if v := env.String(name, ""); v != "" {
		if u := parseEndpoint(v); u != nil {
			if u.Path == "" {
				u.Path = "/"
			}
			return u
		}
		report.Once("env "+name, "%s is not a http or https URL, ignoring it", name)
	}
	name = "OTEL_EXPORTER_OTLP_ENDPOINT"
	if v := env.String(name, ""); v != "" {
		if u := parseEndpoint(v); u != nil {
			return u.JoinPath(s.path)
		}
		report.Once("env "+name, "%s is not a http or https URL, using %s", name, defaultEndpoint)
	}
	return parseEndpoint(defaultEndpoint).JoinPath(s.path)
}

// parseEndpoint returns nil for what is not a http or https URL with a host.
func parseEndpoint(v string) *url.URL {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// headersFromEnv reads a list of key=value with percent-encoded values, as in W3C
// baggage. Values may be secrets and are never shown.
func (s *signal) headersFromEnv() http.Header {
	headers := make(http.Header)
	name, v := s.otlpVariable("HEADERS")
	for pair := range strings.SplitSeq(v, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !ok || err != nil || !validHeader(key, value) {
			report.Once("env "+name, "%s holds a header that is not of the form key=value, ignoring it", name)
			continue
		}
		headers.Set(key, value)
	}
	return headers
}

// validHeader reports whether net/http will send the field (RFC 9110, section 5).
func validHeader(key, value string) bool {
	for i := range len(key) {
		c := key[i]
		letterOrDigit := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letterOrDigit && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return key != ""
}
