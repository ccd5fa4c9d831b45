package hostport

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		text, host string
		port       int
	}{
		{"", "", -1},
		{"shop.test", "shop.test", -1},
		{"shop.test:8080", "shop.test", 8080},
		{"shop.test:", "shop.test", -1},
		{"shop.test:http", "shop.test", -1},
		{"shop.test:65535", "shop.test", 65535},
		{"shop.test:65536", "shop.test", -1},
		{":80", "", 80},
		{"192.0.2.1:4711", "192.0.2.1", 4711},
		{"[2001:db8::1]:443", "2001:db8::1", 443},
		{"[2001:db8::1]", "2001:db8::1", -1},
		{"2001:db8::1", "2001:db8::1", -1},
		{"[fe80::1%25eth0]:80", "fe80::1%25eth0", 80},
		{"[", "[", -1},
		{":", "", -1},
	} {
		if host, port := Split(test.text); host != test.host || port != test.port {
			t.Errorf("Split(%q) = %q, %d, want %q, %d", test.text, host, port, test.host, test.port)
		}
	}
}

// What net can split is split likewise.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "a:1", "[::1]:80", "::1", "[a]b:1", "a:b:1", "[]:1", "a:00080"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		host, port := Split(text)
		wantHost, digits, err := net.SplitHostPort(text)
		if err != nil || strings.ContainsAny(wantHost, "[]") {
			return
		}
		want := -1
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil && len(digits) <= 5 {
			want = int(n)
		}
		if host != wantHost || port != want {
			t.Errorf("Split(%q) = %q, %d, want %q, %d", text, host, port, wantHost, want)
		}
	})
}
