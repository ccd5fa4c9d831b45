// Package httpconv makes HTTP spans by the OpenTelemetry semantic conventions
// (semconv http/http-spans.md, stable) for hooks of servers and clients.
package httpconv

import (
	"strconv"
	"sync"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/env"
)

var (
	requestMethod         = attribute.NewKey("http.request.method")
	requestMethodOriginal = attribute.NewKey("http.request.method_original")
	requestResendCount    = attribute.NewKey("http.request.resend_count")
	responseStatusCode    = attribute.NewKey("http.response.status_code")
	routeKey              = attribute.NewKey("http.route")
	urlFull               = attribute.NewKey("url.full")
	urlScheme             = attribute.NewKey("url.scheme")
	urlPath               = attribute.NewKey("url.path")
	urlQuery              = attribute.NewKey("url.query")
	serverAddress         = attribute.NewKey("server.address")
	serverPort            = attribute.NewKey("server.port")
	clientAddress         = attribute.NewKey("client.address")
	networkPeerAddress    = attribute.NewKey("network.peer.address")
	networkPeerPort       = attribute.NewKey("network.peer.port")
	networkVersion        = attribute.NewKey("network.protocol.version")
	userAgentOriginal     = attribute.NewKey("user_agent.original")
	errorType             = attribute.NewKey("error.type")
)

const (
	// otherMethod stands for methods that are not known (http.request.method).
	otherMethod = "_OTHER"
	// otherName stands for them in span names.
	otherName = "HTTP"
	// methodsVariable replaces the list of known methods (semconv http/http-spans.md).
	methodsVariable = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"
)

var (
	methodsOnce sync.Once
	methodsList []string
)

// knownMethods may be called before this package is initialised, as all that hooks call.
func knownMethods() []string {
	methodsOnce.Do(func() {
		// Those of RFC 9110, the most frequent ones first, PATCH of RFC 5789 and QUERY.
		methodsList = env.List(methodsVariable, "GET,POST,PUT,DELETE,HEAD,PATCH,OPTIONS,CONNECT,TRACE,QUERY")
	})
	return methodsList
}

// attributeList is a list of attributes that is filled one by one.
type attributeList struct {
	all   [12]attribute.Attribute
	count int
}

// text adds an attribute. Written where it is called, which is a dozen times a request,
// it would be three times as much code to fetch.
//
//go:noinline
func (l *attributeList) text(key attribute.Key, value string) {
	l.all[l.count] = key.String(value)
	l.count++
}

// number adds an attribute, unless n is negative.
//
//go:noinline
func (l *attributeList) number(key attribute.Key, n int) {
	if n >= 0 {
		l.all[l.count] = key.Int(int64(n))
		l.count++
	}
}

func (l *attributeList) filled() []attribute.Attribute { return l.all[:l.count] }

// methodOf returns the attribute for a request's method, whose number is bounded. An empty method
// is a client's GET.
func methodOf(method string) string {
	if method == "" {
		return "GET"
	}
	for _, known := range knownMethods() {
		if method == known {
			return known // the request's own would keep its first line
		}
	}
	return otherMethod
}

// nameOf returns the span's name for a method as methodOf returns it, and a route.
func nameOf(method, route string) string {
	if method == otherMethod {
		method = otherName
	}
	if route == "" {
		return method
	}
	return method + " " + route
}

// versionOf returns network.protocol.version.
func versionOf(major, minor int) string {
	switch {
	case major == 1 && minor == 1:
		return "1.1"
	case major == 2 && minor == 0:
		return "2"
	case major == 1 && minor == 0:
		return "1.0"
	case major == 0:
		return ""
	case minor == 0:
		return strconv.Itoa(major)
	}
	return strconv.Itoa(major) + "." + strconv.Itoa(minor)
}

// defaultPort returns the port of a scheme, -1 where it has none.
func defaultPort(scheme string) int {
	switch scheme {
	case "http":
		return 80
	case "https":
		return 443
	}
	return -1
}

// statusText returns the error.type of a status code.
func statusText(code int) string { return strconv.Itoa(code) }
