package conformance

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// traffic is what a gate does with connections.
type traffic int

const (
	passing traffic = iota
	resetting
	silent // they stay open, and nobody answers
)

// gate is a proxy whose traffic can be interrupted.
type gate struct {
	address string

	mu      sync.Mutex
	traffic traffic
	conns   []net.Conn
}

func newGate(t *testing.T, s *sink) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{address: l.Addr().String()}
	t.Cleanup(func() { l.Close(); g.set(resetting) })
	target := strings.TrimPrefix(s.URL, "http://")
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			g.take(from, target)
		}
	}()
	return g
}

func (g *gate) take(from net.Conn, target string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch g.traffic {
	case resetting:
		resetConnection(from)
	case silent:
		g.conns = append(g.conns, from)
	default:
		to, err := net.Dial("tcp", target)
		if err != nil {
			resetConnection(from)
			return
		}
		g.conns = append(g.conns, from, to)
		go pipe(from, to)
		go pipe(to, from)
	}
}

// set says what becomes of connections from now on. Those that there are, are reset.
func (g *gate) set(t traffic) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.traffic = t
	for _, c := range g.conns {
		resetConnection(c)
	}
	g.conns = nil
}
