package rpcconv

import (
	"strings"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/semconv/internal/hostport"
	"go.weft.dev/sdk/trace"
)

var (
	systemName         = attribute.NewKey("rpc.system.name")
	methodName         = attribute.NewKey("rpc.method")
	methodOriginal     = attribute.NewKey("rpc.method_original")
	responseStatusCode = attribute.NewKey("rpc.response.status_code")
	errorType          = attribute.NewKey("error.type")
	serverAddress      = attribute.NewKey("server.address")
	serverPort         = attribute.NewKey("server.port")
	clientAddress      = attribute.NewKey("client.address")
	clientPort         = attribute.NewKey("client.port")
	networkPeerAddress = attribute.NewKey("network.peer.address")
	networkPeerPort    = attribute.NewKey("network.peer.port")
)

// otherMethod stands for methods that a server does not have, of which callers can make up any number (rpc.method).
const otherMethod = "_OTHER"

// bounds are the buckets of both durations (semconv rpc/rpc-metrics.md).
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// series has what the attributes of a duration are made of.
type series struct {
	scope                  *trace.Scope
	server                 bool
	system, method, target string
	code, failure          string // at the end
}

// name returns the span's name, before it is known whether there is such a method.
func (s *series) name() string {
	if s.method == "" {
		return s.system
	}
	return s.method
}

// event returns the name of log records of exceptions (semconv rpc/rpc-exceptions.md).
func (s *series) event() string {
	if s.server {
		return "rpc.server.call.exception"
	}
	return "rpc.client.call.exception"
}

func (s *series) hash() uint32 { return durations.Hash(0, s.method, s.target, s.code, s.failure) }

// outcome is what belongs to a series.
type outcome struct {
	duration   *metric.Histogram[float64]
	attributes *trace.Attributes // that a span of the series ends with
}

var (
	outcomes durations.Cache[series, outcome]
	begun    durations.Cache[series, *trace.Attributes]
)

// outcome returns what belongs to the series of a call that has ended.
func (s *series) outcome() *outcome {
	key := *s
	if key.server {
		key.target = "" // who asks makes it up
	}
	hash := key.hash()
	if o := outcomes.Find(hash, &key); o != nil {
		return o
	}
	h := durations.New(key.scope, "rpc.client.call.duration", "Measures the duration of an outgoing Remote Procedure Call (RPC).", bounds)
	if key.server {
		h = durations.New(key.scope, "rpc.server.call.duration", "Measures the duration of an incoming Remote Procedure Call (RPC).", bounds)
	}
	var final []attribute.Attribute
	if key.code != "" {
		final = append(final, responseStatusCode.String(key.code))
	}
	if key.failure != "" {
		final = append(final, errorType.String(key.failure))
	}
	all := append(key.list(), final...)
	if key.server {
		final = append(final, methodName.String(key.method))
	}
	return outcomes.Add(hash, &key, outcome{duration: h.With(all...), attributes: trace.NewAttributes(final...)})
}

// common returns the attributes that spans of a client begin with.
func (s *series) common() *trace.Attributes {
	hash := s.hash()
	if a := begun.Find(hash, s); a != nil {
		return *a
	}
	return *begun.Add(hash, s, trace.NewAttributes(s.list()...))
}

func (s *series) list() []attribute.Attribute {
	list := []attribute.Attribute{systemName.String(s.system), methodName.String(s.method)}
	address, port := splitTarget(s.target)
	return appendAddress(list, serverAddress, address, serverPort, port)
}

func serverAttributes(r *Request) []attribute.Attribute {
	list := append(make([]attribute.Attribute, 0, 7), systemName.String(r.System))
	address, port := hostport.Split(r.Target)
	list = appendAddress(list, serverAddress, address, serverPort, port)
	address, port = hostport.Peer(r.Peer)
	list = appendAddress(list, clientAddress, address, clientPort, port)
	return appendAddress(list, networkPeerAddress, address, networkPeerPort, port)
}

func appendAddress(to []attribute.Attribute, addressKey attribute.Key, address string, portKey attribute.Key, port int) []attribute.Attribute {
	if address == "" {
		return to
	}
	to = append(to, addressKey.String(address))
	if port > 0 {
		to = append(to, portKey.Int(int64(port)))
	}
	return to
}

// splitTarget takes the server out of a target of gRPC's name resolution: host:port, or scheme:[//authority/]endpoint
// (github.com/grpc/grpc, doc/naming.md).
func splitTarget(target string) (address string, port int) {
	scheme, endpoint, ok := strings.Cut(target, ":")
	if !ok {
		return target, -1
	}
	rest, withAuthority := strings.CutPrefix(endpoint, "//")
	switch scheme {
	case "unix", "unix-abstract":
		return rest, -1
	case "dns", "passthrough", "ipv4", "ipv6":
	default:
		if !withAuthority {
			return hostport.Split(target)
		}
	}
	if withAuthority {
		_, endpoint, _ = strings.Cut(rest, "/")
	}
	first, _, _ := strings.Cut(endpoint, ",")
	return hostport.Split(first)
}
