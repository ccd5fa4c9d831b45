package dns

import (
	"testing"

	"github.com/miekg/dns"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

func TestQuestionOf(t *testing.T) {
	asked, err := new(dns.Msg).SetQuestion("shop.example.", dns.TypeAAAA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if name, kind := questionOf(asked); name != "shop.example." || kind != "AAAA" {
		t.Errorf("questionOf = %q, %q", name, kind)
	}
	// Whatever comes in; the last two bytes are the class.
	for cut := headerSize; cut < len(asked)-2; cut++ {
		if name, kind := questionOf(asked[:cut]); kind != "" {
			t.Errorf("questionOf the first %d bytes = %q, %q", cut, name, kind)
		}
	}
	for cut := range headerSize {
		if beforeServe(asked[:cut], nil) != nil {
			t.Errorf("a span of %d bytes", cut)
		}
	}
	answer, err := (&dns.Msg{MsgHdr: dns.MsgHdr{Response: true}}).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if beforeServe(answer, nil) != nil {
		t.Error("a span of an answer that nobody asked for")
	}
}

func TestExchangesNest(t *testing.T) {
	m := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA)
	outer := beforeExchange("tcp-tls", m, "[::1]:853")
	if outer == nil {
		t.Fatal("no span")
	}
	if beforeExchange("", m, (*dns.Conn)(nil)) != nil {
		t.Error("a span within")
	}
	afterExchange(outer, nil, dns.ErrId)
	got := tracetest.One(t)
	got.Check(t, map[string]any{
		"dns.question.name": "shop.example.", "server.address": "::1", "server.port": 853, "network.transport": "tcp",
		"error.type": "*dns.Error", "dns.response_code": nil,
	})
	if got.Name != "DNS A" || got.Kind != trace.KindClient || got.Status != trace.StatusError || len(got.Events) != 1 {
		t.Errorf("got %+v", got)
	}
	next := beforeExchange("", new(dns.Msg), &dns.Conn{})
	if next == nil {
		t.Error("no span afterwards")
	}
	afterExchange(next, nil, nil)
	if beforeExchange("", nil, "") != nil || beforeExchange("", m) != nil {
		t.Error("a span of no question")
	}
}

func TestTransport(t *testing.T) {
	for network, want := range map[string]string{"": "udp", "udp4": "udp", "tcp": "tcp", "tcp-tls": "tcp", "tcp6-tls": "tcp"} {
		if got := transport(network); got != want {
			t.Errorf("transport(%q) = %q", network, got)
		}
	}
}
