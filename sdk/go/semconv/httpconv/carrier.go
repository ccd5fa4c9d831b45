package httpconv

import (
	"net/http"
	"strings"
)

// carrier is the header of a request for package propagation, whose names are in
// lower case. Names that are often used are not spelled anew each time.
type carrier http.Header

func (c carrier) Set(key, value string) { c[canonical(key)] = []string{value} }

func (c carrier) Get(key string) string {
	if values := c.Values(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (c carrier) Values(key string) []string { return c[canonical(key)] }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for key := range c {
		keys = append(keys, strings.ToLower(key))
	}
	return keys
}

// canonical is http.CanonicalHeaderKey.
func canonical(key string) string {
	switch key {
	case "traceparent":
		return "Traceparent"
	case "tracestate":
		return "Tracestate"
	case "baggage":
		return "Baggage"
	case "b3":
		return "B3"
	case "uber-trace-id":
		return "Uber-Trace-Id"
	}
	return http.CanonicalHeaderKey(key)
}
