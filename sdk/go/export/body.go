package export

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

// lease lets net/http read a payload until it is over: a Transport may go on reading
// a request's body after it has returned, when the payload's memory is used again.
type lease struct {
	mu      sync.Mutex
	payload []byte
	over    bool
}

// lend makes the payload the request's body, which can be read again where net/http
// finds that it has to.
func (l *lease) lend(r *http.Request) {
	r.ContentLength = int64(len(l.payload))
	if len(l.payload) == 0 {
		r.Body = http.NoBody
		return
	}
	r.Body = &leased{lease: l}
	r.GetBody = func() (io.ReadCloser, error) { return &leased{lease: l}, nil }
}

// end returns when nobody reads any more.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

// leased is one reading of a lease.
type leased struct {
	*lease
	read int
}

var errOver = errors.New("the request is over")

// Read copies, so that nothing refers to the payload when the lease is over.
func (b *leased) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return 0, errOver
	}
	if b.read == len(b.payload) {
		return 0, io.EOF
	}
	n := copy(p, b.payload[b.read:])
	b.read += n
	return n, nil
}

// Close is the other half of a body.
func (b *leased) Close() error { return nil }
