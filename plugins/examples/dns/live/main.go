// Command live asks itself names, over UDP and TCP, and prints what comes back.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"time"

	"github.com/miekg/dns"
)

func main() {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	udp, tcp := packets.LocalAddr().String(), l.Addr().String()
	dns.HandleFunc("shop.", func(w dns.ResponseWriter, r *dns.Msg) { answer(w, r, udp) })
	servers := []*dns.Server{{PacketConn: packets}, {Listener: l}}
	for _, server := range servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		go server.ActivateAndServe()
		<-started
	}

	for _, name := range []string{"here.shop.", "none.shop.", "broken.shop.", "forward.shop."} {
		r, _, err := new(dns.Client).Exchange(question(name), udp)
		say("udp "+name, r, err)
	}
	overTCP := &dns.Client{Net: "tcp"}
	r, _, err := overTCP.ExchangeContext(context.Background(), question("Here.Shop."), tcp)
	say("tcp", r, err)
	r, err = dns.Exchange(question("here.shop."), udp)
	say("package", r, err)
	conn, err := overTCP.Dial(tcp)
	check(err)
	for range 2 {
		say("connection", on(conn, question("here.shop.")), nil)
	}
	// What is no question of anybody: not answered, and not a server's span.
	check(conn.WriteMsg(&dns.Msg{MsgHdr: dns.MsgHdr{Response: true}}))
	conn.Close()
	for _, server := range servers {
		check(server.Shutdown())
	}
	r, _, err = overTCP.Exchange(question("here.shop."), tcp)
	say("refused", r, err)
}

// on asks on a connection, where the library can do that.
func on(conn *dns.Conn, m *dns.Msg) *dns.Msg {
	client, ok := any(new(dns.Client)).(interface {
		ExchangeWithConn(*dns.Msg, *dns.Conn) (*dns.Msg, time.Duration, error)
	})
	if !ok {
		return nil
	}
	r, _, err := client.ExchangeWithConn(m, conn)
	check(err)
	return r
}

// answer knows one name, and asks itself for another.
func answer(w dns.ResponseWriter, r *dns.Msg, udp string) {
	m := new(dns.Msg)
	switch r.Question[0].Name {
	case "none.shop.":
		m.SetRcode(r, dns.RcodeNameError)
	case "broken.shop.":
		m.SetRcode(r, dns.RcodeServerFailure)
	case "forward.shop.":
		asked, _, err := new(dns.Client).Exchange(question("here.shop."), udp)
		check(err)
		m.SetReply(r)
		m.Answer = asked.Answer
	default:
		m.SetReply(r)
		a, err := dns.NewRR(r.Question[0].Name + " 60 IN A 192.0.2.7")
		check(err)
		m.Answer = append(m.Answer, a)
	}
	check(w.WriteMsg(m))
}

func question(name string) *dns.Msg { return new(dns.Msg).SetQuestion(name, dns.TypeA) }

func say(what string, r *dns.Msg, err error) {
	switch {
	case err != nil:
		fmt.Println(what, "failed")
	case r == nil:
		fmt.Println(what, "nothing")
	default:
		fmt.Println(what, dns.RcodeToString[r.Rcode], len(r.Answer))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
