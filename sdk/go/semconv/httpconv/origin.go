package httpconv

import (
	"strings"
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// origin is what requests to one server have in common.
type origin struct {
	client               bool // the request is sent, not served
	method, scheme, host string
	version              string // of a request that is served
}

// An endpoint is what telemetry says of an origin.
type endpoint struct {
	address    string
	port       int               // -1 where there is none
	attributes *trace.Attributes // nil where the origin is not remembered
}

var (
	endpoints durations.Cache[origin, endpoint]
	// lastMissed is the hash of the origin that was last not found. Who sends requests makes up the host:
	// one that comes twice in a row is worth remembering.
	lastMissed atomic.Uint32
)

// longestHost is how long the hosts that are remembered may be, in bytes.
const longestHost = 255

// endpoint returns what telemetry says of an origin.
func (o *origin) endpoint() endpoint {
	hash := durations.Hash(len(o.scheme), o.host, o.method)
	if e := endpoints.Find(hash, o); e != nil {
		return *e
	}
	if len(o.host) > longestHost || lastMissed.Swap(hash) != hash {
		return o.parse()
	}
	own := *o // none of its texts may keep the request alive
	own.method, own.scheme, own.host = strings.Clone(o.method), strings.Clone(o.scheme), strings.Clone(o.host)
	e := own.parse()
	e.attributes = trace.NewAttributes(own.list(&e, nil)...)
	return *endpoints.Add(hash, &own, e)
}

func (o *origin) parse() endpoint {
	address, port := splitHost(o.host)
	if port < 0 {
		port = defaultPort(o.scheme)
	}
	return endpoint{address: address, port: port}
}

// list appends the attributes that a span begins with.
func (o *origin) list(e *endpoint, to []attribute.Attribute) []attribute.Attribute {
	to = append(to, requestMethod.String(o.method))
	if !o.client {
		to = append(to, urlScheme.String(o.scheme))
	}
	if e.address != "" {
		to = append(to, serverAddress.String(e.address))
		if e.port >= 0 {
			to = append(to, serverPort.Int(int64(e.port)))
		}
	}
	if o.version != "" {
		to = append(to, networkVersion.String(o.version))
	}
	return to
}

// set sets the attributes of a span that begins: those of the origin, and its own.
func (o *origin) set(span *trace.Span, e *endpoint, own []attribute.Attribute) {
	if e.attributes == nil {
		var room [8]attribute.Attribute
		span.SetAttributes(o.list(e, room[:0])...)
	}
	span.SetCommon(e.attributes, own...)
}
