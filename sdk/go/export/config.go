package export

import (
	"cmp"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/report"
)

// otlpConfig is what the variables OTEL_EXPORTER_OTLP_* say for one signal
// (protocol/exporter.md).
type otlpConfig struct {
	prefix   string   // of the settings that it is from
	protocol string   // grpc, http/protobuf or http/json
	endpoint *url.URL // of gRPC, without a path
	headers  http.Header
	timeout  time.Duration
	gzip     bool
	tls      tlsFiles
}

// tlsFiles names PEM files; empty names stand for the system's defaults.
type tlsFiles struct{ authorities, certificate, key string }

// own returns the signal's own variable.
func (s *signal) own(suffix string) string {
	return cmp.Or(s.prefix, config.OTLPPrefix(s.env, "otlp")) + suffix
}

// otlpVariable returns the signal's own variable, else the one for all signals.
func (s *signal) otlpVariable(suffix string) (name, value string) {
	return env.First(s.own(suffix), "OTEL_EXPORTER_OTLP_"+suffix)
}

// otlpEnum is otlpVariable for one of a set of known values, the first of which is
// the default.
func (s *signal) otlpEnum(suffix string, known ...string) string {
	name, v := s.otlpVariable(suffix)
	if v == "" {
		return known[0]
	}
	if v := strings.ToLower(v); slices.Contains(known, v) {
		return v
	}
	env.Bad(name, v, known[0])
	return known[0]
}

func (s *signal) otlpFromEnv() otlpConfig {
	c := otlpConfig{
		prefix:   s.own(""),
		protocol: s.otlpEnum("PROTOCOL", "http/protobuf", "http/json", "grpc"),
		headers:  s.headersFromEnv(),
		timeout:  env.Timeout(s.own("TIMEOUT"), env.Timeout("OTEL_EXPORTER_OTLP_TIMEOUT", 10*time.Second)),
		gzip:     s.otlpEnum("COMPRESSION", "none", "gzip") == "gzip",
	}
	if c.protocol == "grpc" {
		c.endpoint = s.grpcEndpointFromEnv()
	} else {
		c.endpoint = s.httpEndpointFromEnv()
	}
	_, c.tls.authorities = s.otlpVariable("CERTIFICATE")
	_, c.tls.certificate = s.otlpVariable("CLIENT_CERTIFICATE")
	_, c.tls.key = s.otlpVariable("CLIENT_KEY")
	return c
}

const defaultEndpoint = "http://localhost:4318"

// httpEndpointFromEnv returns where to send the signal: the signal's own variable is
// taken as it is, to the one for all signals the signal's path is added
// (protocol/exporter.md#endpoint-urls-for-otlphttp).
func (s *signal) httpEndpointFromEnv() *url.URL {
	name := s.own("ENDPOINT")
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

const (
	defaultGRPCEndpoint = "http://localhost:4317"
	grpcPort            = "4317"
)

// grpcEndpointFromEnv returns whom to call. The scheme says whether the connection is
// secure; without one OTEL_EXPORTER_OTLP_INSECURE does
// (protocol/exporter.md#configuration-options).
func (s *signal) grpcEndpointFromEnv() *url.URL {
	for _, name := range []string{s.own("ENDPOINT"), "OTEL_EXPORTER_OTLP_ENDPOINT"} {
		v := env.String(name, "")
		if v == "" {
			continue
		}
		if u := s.parseGRPCEndpoint(v); u != nil {
			return u
		}
		report.Once("env "+name, "%s is not a http or https URL, nor host:port, ignoring it", name)
	}
	return parseEndpoint(defaultGRPCEndpoint)
}

func (s *signal) parseGRPCEndpoint(v string) *url.URL {
	if strings.Contains(v, "://") {
		u := parseEndpoint(v)
		if u != nil {
			u = &url.URL{Scheme: u.Scheme, Host: u.Host}
		}
		return u
	}
	scheme := "https"
	if s.otlpEnum("INSECURE", "false", "true") == "true" {
		scheme = "http"
	}
	u := parseEndpoint(scheme + "://" + v)
	if u == nil || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), grpcPort)
	}
	return u
}

// parseEndpoint returns nil for what is not a http or https URL with a host.
func parseEndpoint(v string) *url.URL {
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
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
