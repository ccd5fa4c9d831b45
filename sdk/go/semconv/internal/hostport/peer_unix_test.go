//go:build unix

package hostport

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

// A client of a Unix socket has no address, and a server has the socket's.
func TestPeerOfUnixSocket(t *testing.T) {
	directory, err := os.MkdirTemp("", "") // short: a socket's path is limited
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(directory)
	path := filepath.Join(directory, "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, test := range []struct {
		name, want string
		of         net.Conn
	}{{"client", "", server}, {"server", path, client}} {
		if got, port := Peer(test.of.RemoteAddr().String()); got != test.want || port != -1 {
			t.Errorf("the %s has the address %q, %d, want %q", test.name, got, port, test.want)
		}
	}
	if got, port := Peer("192.0.2.1:4711"); got != "192.0.2.1" || port != 4711 {
		t.Errorf("got %q, %d", got, port)
	}
}
