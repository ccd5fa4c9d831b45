package dns

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/miekg/dns"
	"go.weft.dev/sdk/hook"
	"go.weft.dev/sdk/trace"
)

// A served is a question that is being answered.
type served struct {
	span     *trace.Span
	response any
}

// answering holds them by their responses, whose type is the library's own.
var answering sync.Map

// Where things are in a message (RFC 1035, section 4.1.1).
const (
	headerSize  = 12
	isAnswer    = 0x80 // in the third byte
	maskOfRcode = 0x0f // in the fourth
)

// beforeServe starts the span of a message that came in. Hooks (*Server).serveDNS. What is no question is
// not answered, and has no span.
func beforeServe(m []byte, response any) *served {
	if len(m) < headerSize || m[2]&isAnswer != 0 {
		return nil
	}
	name, kind := questionOf(m)
	span, _ := scope.StartRemote(context.Background(), trace.SpanContext{}, spanName(kind), trace.KindServer)
	if span == nil {
		return nil
	}
	setQuestion(span, name, kind)
	if w, ok := response.(dns.ResponseWriter); ok && w.LocalAddr() != nil && w.RemoteAddr() != nil {
		setAddress(span, serverAddress, serverPort, w.LocalAddr().String())
		setAddress(span, peerAddress, peerPort, w.RemoteAddr().String())
		span.SetString(networkTransport, transport(w.RemoteAddr().Network()))
	}
	s := &served{span, response}
	answering.Store(response, s)
	return s
}

func afterServe(s *served) {
	answering.Delete(s.response)
	if hook.Panicking() {
		s.span.RecordPanic("dns.server.exception")
		fail(s.span, "panic", "the handler panicked")
	}
	s.span.End()
}

// beforeWrite notes the code of an answer. Hooks (*response).Write, which all answers pass.
func beforeWrite(response any, m []byte) {
	s, ok := answering.Load(response)
	if !ok || len(m) < headerSize {
		return
	}
	code, span := int(m[3]&maskOfRcode), s.(*served).span
	setCode(span, code)
	if code == dns.RcodeServerFailure {
		fail(span, codeName(code), "")
	}
}

// questionOf returns name and type of the first question of a message, which nobody has looked at yet.
func questionOf(m []byte) (name, kind string) {
	if binary.BigEndian.Uint16(m[4:]) == 0 {
		return "", ""
	}
	name, end, err := dns.UnpackDomainName(m, headerSize)
	if err != nil || end+2 > len(m) {
		return "", ""
	}
	return name, dns.TypeToString[binary.BigEndian.Uint16(m[end:])]
}
