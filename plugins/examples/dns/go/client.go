// Package dns makes spans of the questions that github.com/miekg/dns asks and answers.
package dns

import (
	"context"
	"strconv"
	"strings"

	"github.com/miekg/dns"
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/semconv/errortype"
	"go.weft.dev/sdk/trace"
)

var scope = trace.NewScope("dns", "0.1.0")

// semantic-conventions/docs/registry/attributes. The conventions know of no type and no code.
var (
	questionName     = attribute.NewKey("dns.question.name")
	questionType     = attribute.NewKey("dns.question.type")
	responseCode     = attribute.NewKey("dns.response_code")
	serverAddress    = attribute.NewKey("server.address")
	serverPort       = attribute.NewKey("server.port")
	peerAddress      = attribute.NewKey("network.peer.address")
	peerPort         = attribute.NewKey("network.peer.port")
	networkTransport = attribute.NewKey("network.transport")
	errorType        = attribute.NewKey("error.type")
)

// beforeExchange starts the span of a question that is asked with no context. Hooks (*Client).Exchange and
// ExchangeWithConn.
func beforeExchange(network string, m *dns.Msg, to ...any) *trace.Span {
	span, _ := beforeExchangeContext(network, context.Background(), m, to...)
	return span
}

// beforeExchangeContext starts the span of a question. Hooks (*Client).ExchangeContext and ExchangeWithConnContext.
// It is asked of an address, or on a connection.
func beforeExchangeContext(network string, ctx context.Context, m *dns.Msg, to ...any) (*trace.Span, context.Context) {
	if m == nil || len(to) == 0 {
		return nil, ctx
	}
	name, kind := "", ""
	if len(m.Question) > 0 {
		name, kind = m.Question[0].Name, dns.TypeToString[m.Question[0].Qtype]
	}
	// Functions that exchange messages call one another: the first one stands for all.
	span, with := scope.Start(ctx, spanName(kind), trace.KindClient.Of(trace.Library))
	if span == nil {
		return nil, ctx
	}
	setQuestion(span, name, kind)
	address, _ := to[0].(string)
	if c, ok := to[0].(*dns.Conn); ok && c != nil && c.Conn != nil && c.RemoteAddr() != nil {
		address, network = c.RemoteAddr().String(), c.RemoteAddr().Network()
	}
	setAddress(span, serverAddress, serverPort, address)
	span.SetString(networkTransport, transport(network))
	return span, with
}

func afterExchange(span *trace.Span, r *dns.Msg, err error) {
	switch {
	case hook.Panicking():
		fail(span, "panic", "the exchange panicked")
	case err != nil:
		span.RecordError(err)
		fail(span, errortype.Of(err), err.Error())
	case r != nil:
		setCode(span, r.Rcode)
		// That there is no such name is an answer.
		if r.Rcode != dns.RcodeSuccess && r.Rcode != dns.RcodeNameError {
			fail(span, codeName(r.Rcode), "")
		}
	}
	span.End()
}

func spanName(kind string) string {
	if kind == "" {
		return "DNS"
	}
	return "DNS " + kind
}

func setQuestion(span *trace.Span, name, kind string) {
	if name != "" {
		span.SetString(questionName, strings.ToLower(name))
	}
	if kind != "" {
		span.SetString(questionType, kind)
	}
}

func setCode(span *trace.Span, code int) { span.SetString(responseCode, codeName(code)) }

func codeName(code int) string {
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return strconv.Itoa(code)
}

func fail(span *trace.Span, kind, description string) {
	span.SetString(errorType, kind)
	span.SetError(description)
}

func setAddress(span *trace.Span, addressKey, portKey attribute.Key, address string) {
	host, port := address, ""
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		host, port = address[:i], address[i+1:]
	}
	if host = strings.Trim(host, "[]"); host != "" {
		span.SetString(addressKey, host)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		span.SetInt(portKey, int64(n))
	}
}

// transport returns the protocol below DNS of a network as package net and the library name them.
func transport(network string) string {
	if strings.HasPrefix(network, "tcp") {
		return "tcp"
	}
	return "udp"
}
