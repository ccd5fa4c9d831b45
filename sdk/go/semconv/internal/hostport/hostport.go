// Package hostport takes network addresses apart.
package hostport

import "strings"

// Split takes a port from a host, -1 where there is none. Unlike net.SplitHostPort it makes no
// error of a host without one, which would cost more than all the rest.
func Split(hostport string) (string, int) {
	host, port := hostport, ""
	if i := strings.LastIndexByte(hostport, ':'); i >= 0 {
		switch {
		case hostport[0] == '[':
			if hostport[max(i, 1)-1] == ']' {
				host, port = hostport[:i], hostport[i+1:]
			}
		case strings.IndexByte(hostport[:i], ':') < 0:
			host, port = hostport[:i], hostport[i+1:]
		}
	}
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	return host, portOf(port)
}

// Peer takes apart what a connection says of its other end. The address is empty for a Unix
// socket without a name, as a client's is, which Go shows as "@" on Linux.
//
// Source: syscall.anyToSockaddr (syscall_linux.go).
func Peer(hostport string) (string, int) {
	if hostport == "@" {
		return "", -1
	}
	return Split(hostport)
}

// portOf returns the number of a port, -1 where it is none.
func portOf(digits string) int {
	if digits == "" || len(digits) > 5 {
		return -1
	}
	n := 0
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return -1
		}
		n = n*10 + int(d)
	}
	if n > 1<<16-1 {
		return -1
	}
	return n
}
