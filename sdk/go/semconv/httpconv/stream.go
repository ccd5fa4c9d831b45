package httpconv

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// A Stream is a request that the standard library's HTTP/2 serves, as far as that knows it: from Go 1.27
// on it is a package below net/http, without [http.Request]. Both have the URL in common.
type Stream struct {
	url    *url.URL
	server atomic.Pointer[Server]
}

// streams are those that are being served, by their URLs: *url.URL to *Stream.
var streams sync.Map

// OpenStream is to be called before StartServer, with the URL that the request will have. It returns nil
// for a nil URL.
func OpenStream(u *url.URL) *Stream {
	if u == nil {
		return nil
	}
	s := &Stream{url: u}
	streams.Store(u, s)
	return s
}

// Close is to be called when the request has been served.
func (s *Stream) Close() {
	if s != nil {
		streams.Delete(s.url)
	}
}

// streamOf returns the stream that has the URL u, nil when there is none.
func streamOf(u *url.URL) *Stream {
	s, _ := streams.Load(u)
	stream, _ := s.(*Stream)
	return stream
}

// joinStream lets WriteStreamHeader find s.
func (s *Server) joinStream(r *http.Request) {
	if r.ProtoMajor != 2 {
		return
	}
	if stream := streamOf(r.URL); stream != nil {
		stream.server.CompareAndSwap(nil, s)
	}
}

// WriteStreamHeader is WriteHeader for the request of the stream that has the URL u.
func WriteStreamHeader(u *url.URL, code int) {
	if stream := streamOf(u); stream != nil && isFinal(code) {
		stream.server.Load().writeHeader(code)
	}
}
