package httpconv

import (
	"net/http"
	"strings"
	"sync/atomic"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/semconv/internal/hostport"
	"go.weft.dev/sdk/trace"
)

// A Server is one request that a server handles. It is the request's context, so that whoever has the
// request, or one made from it by WithContext, finds it.
type Server struct {
	trace.Carrier
	scope   *trace.Scope
	request *http.Request
	method  string
	scheme  string
	start   int64                        // of the duration
	active  *metric.UpDownCounter[int64] // has counted the request, nil where none has

	// Set by the goroutine that routes the request.
	route     string
	routePath string // the path that the outermost mux routed

	status   atomic.Int32 // 0: no final header was written
	hijacked atomic.Bool
}

type serverKey struct{}

// Value finds the Server itself under its own key.
func (s *Server) Value(key any) any {
	if _, own := key.(serverKey); own {
		return s
	}
	return s.Carrier.Value(key)
}

// serverOf returns the Server that handles r, nil when there is none.
func serverOf(r *http.Request) *Server {
	ctx := r.Context()
	if s, ok := ctx.(*Server); ok {
		return s
	}
	s, _ := ctx.Value(serverKey{}).(*Server)
	return s
}

// StartServer starts the span of a request that comes in. It gives r itself a context that carries the
// span: net/http keeps r, so a copy would lose what is to be known of it afterwards, such as its route
// and the files of its form. It returns nil where no span is to be made.
func StartServer(scope *trace.Scope, r *http.Request) *Server {
	start := durations.Start()
	method := methodOf(r.Method)
	parent, members := propagation.Extract(carrier(r.Header))
	ctx := r.Context()
	if members != nil {
		ctx = baggage.NewContext(ctx, members)
	}
	span := scope.StartRemoteLeaf(ctx, parent, nameOf(method, ""), trace.KindServer.Of(trace.HTTP), start)
	if span == nil {
		return nil
	}
	s := &Server{scope: scope, request: r, method: method, start: start}
	s.Carry(ctx, span)
	setContext(r, s)
	s.joinStream(r)
	switch {
	case span.IsRecording():
		s.setRequest(span, r)
	case start != 0:
		s.scheme = schemeOf(r, parseForwarded(r.Header))
	}
	if s.start != 0 && countsActive() {
		s.enter()
	}
	return s
}

// schemeOf returns the scheme of the request that the client sent.
func schemeOf(r *http.Request, f forwarded) string {
	switch {
	case f.proto != "":
		return f.proto
	case r.TLS != nil:
		return "https"
	}
	return "http"
}

func (s *Server) setRequest(span *trace.Span, r *http.Request) {
	var all attributeList
	all.text(requestMethod, s.method)
	if s.method == otherMethod {
		all.text(requestMethodOriginal, r.Method)
	}
	forwarded := parseForwarded(r.Header)
	s.scheme = schemeOf(r, forwarded)
	all.text(urlScheme, s.scheme)
	if r.URL != nil {
		all.text(urlPath, r.URL.Path)
		if r.URL.RawQuery != "" {
			all.text(urlQuery, redactQuery(r.URL.RawQuery))
		}
	}
	host := r.Host
	if forwarded.host != "" {
		host = forwarded.host
	}
	if address, port := hostport.Split(host); address != "" {
		all.text(serverAddress, address)
		if port < 0 {
			port = defaultPort(s.scheme)
		}
		all.number(serverPort, port)
	}
	peer, port := hostport.Peer(r.RemoteAddr)
	if peer != "" {
		all.text(networkPeerAddress, peer)
		all.number(networkPeerPort, port)
	}
	client := forwarded.client
	if client == "" {
		client = peer
	}
	if client != "" {
		all.text(clientAddress, client)
	}
	if agent := first(r.Header, "User-Agent"); agent != "" {
		all.text(userAgentOriginal, agent)
	}
	if version := versionOf(r.ProtoMajor, r.ProtoMinor); version != "" {
		all.text(networkVersion, version)
	}
	span.SetAttributes(all.filled()...)
}

// SetRoute notes that a mux found pattern for r. Of muxes within muxes the innermost one counts,
// together with the prefix that was stripped on the way to it.
func SetRoute(r *http.Request, pattern string) {
	if pattern == "" {
		return
	}
	s := serverOf(r)
	if s == nil || r.URL == nil {
		return
	}
	route := routeOf(pattern)
	if s.route == "" {
		s.routePath = r.URL.Path
	} else {
		route = joinRoute(s.route, s.routePath, route, r.URL.Path)
	}
	s.route = route
}

// WriteHeader notes the status of the response to r, as net/http is told. Informational headers and
// whatever comes after the final one do not count.
func WriteHeader(r *http.Request, code int) {
	if r != nil && isFinal(code) {
		serverOf(r).writeHeader(code)
	}
}

// isFinal reports whether a header with this status is the last one.
func isFinal(code int) bool {
	return code >= 200 && code <= 999 || code == http.StatusSwitchingProtocols
}

func (s *Server) writeHeader(code int) {
	if s != nil && !s.hijacked.Load() {
		s.status.CompareAndSwap(0, int32(code))
	}
}

// Hijacked notes that the handler took over the connection of r: its response, if any, is not known.
func Hijacked(r *http.Request) {
	if s := serverOf(r); s != nil {
		s.hijacked.Store(true)
	}
}

// End ends the span. A handler that panicked has sent nothing if it wrote no header, and what it
// wrote is cut off.
func (s *Server) End(panicked bool) {
	failure := ""
	if panicked {
		failure = failurePanic
		s.Span().RecordPanic(exceptionEvent)
	}
	s.end(clock.Monotonic(), failure)
}

// end ends the span as of now. failure says why the handler did not return, "" if it did.
func (s *Server) end(now int64, failure string) {
	span, status := s.Span(), int(s.status.Load())
	if status == 0 && failure == "" && !s.hijacked.Load() {
		status = http.StatusOK // (*net/http.response).finishRequest
	}
	if s.route == "" && s.request.Pattern != "" { // set by a router other than ServeMux
		s.route = routeOf(s.request.Pattern)
	}
	switch {
	case status >= 500:
		failure = statusText(status)
		span.SetError("")
	case failure != "":
		span.SetError(descriptionOf(failure))
	}
	if s.start == 0 && !span.IsSampled() {
		span.EndOnClock(now)
		return
	}
	key := series{
		scope: s.scope, method: s.method, scheme: s.scheme, route: s.route, status: status, errorType: failure,
		version: versionOf(s.request.ProtoMajor, s.request.ProtoMinor),
	}
	ended := key.ofServer()
	if s.start != 0 {
		s.leave()
		ended.duration.Record(span, durations.Seconds(s.start, now))
	}
	span.EndWith(now, ended.name, ended.attributes)
}

// forwarded is what proxies say of the request that the client sent.
type forwarded struct{ client, host, proto string }

// parseForwarded reads the first element of Forwarded (RFC 7239), else of X-Forwarded-*.
func parseForwarded(h http.Header) (f forwarded) {
	if list := first(h, "Forwarded"); list != "" {
		for pair := range strings.SplitSeq(firstOf(list), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "for":
				f.client, _ = hostport.Split(value)
			case "host":
				f.host = value
			case "proto":
				f.proto = value
			}
		}
		return f
	}
	f.client, _ = hostport.Split(firstOf(first(h, "X-Forwarded-For")))
	f.host = firstOf(first(h, "X-Forwarded-Host"))
	f.proto = firstOf(first(h, "X-Forwarded-Proto"))
	return f
}

// first returns the first value of a field by its canonical name. [http.Header.Get] would look at each
// letter of the name first.
func first(h http.Header, canonical string) string {
	if values := h[canonical]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func firstOf(list string) string {
	item, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(item)
}
