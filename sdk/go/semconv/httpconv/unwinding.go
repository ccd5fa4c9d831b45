package httpconv

import (
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/internal/clock"
	"go.weft.dev/sdk/trace"
)

// exceptionEvent is the name of log records of panics (semconv http/http-exceptions.md).
const exceptionEvent = "http.server.request.exception"

// Why a handler did not return, for error.type.
const (
	failurePanic   = "panic"
	failureAborted = "aborted" // with http.ErrAbortHandler or runtime.Goexit, on purpose: no exception
)

// descriptionOf returns the description of the status, "" where error.type says all.
func descriptionOf(failure string) string {
	if failure == failurePanic {
		return "the handler panicked"
	}
	return ""
}

// unfinished are the requests whose handlers have panicked, until their goroutines are done with them,
// by the ids of their spans. With what a handler panicked only who recovers knows: net/http, later.
var unfinished struct {
	count atomic.Int32

	mu      sync.Mutex
	servers map[trace.SpanID]*Server
}

// Unwind is End for a handler that panicked, or ended its goroutine, where Recovered is called on the
// same goroutine if net/http has recovered an exception, and Abort in any case.
func (s *Server) Unwind() {
	s.ended = clock.Monotonic()
	if s.start == 0 && !s.Span().IsRecording() {
		s.end(s.ended, failurePanic) // nobody will know
		return
	}
	s.Span().Reenter()
	u := &unfinished
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.servers == nil {
		u.servers = make(map[trace.SpanID]*Server)
	}
	u.servers[s.Span().SpanID()] = s
	u.count.Add(1)
}

// current returns the unfinished request of this goroutine, nil when there is none.
func current() *Server {
	u := &unfinished
	if u.count.Load() == 0 {
		return nil
	}
	id := trace.Current().SpanID()
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.servers[id]
}

// Recovered records what this goroutine's handler panicked with. It is to be called below the deferred
// function that has recovered value. It returns the request that is then to be ended with Finish.
func Recovered(value any) *Server {
	s := current()
	if s != nil {
		s.failure = failurePanic
		s.Span().RecordRecovered(exceptionEvent, value)
	}
	return s
}

// Abort ends the span of this goroutine's request if its handler has panicked with what is no exception.
func Abort() {
	if s := current(); s != nil {
		s.failure = failureAborted
		s.Finish()
	}
}

// Finish ends the span of a request whose handler has panicked.
func (s *Server) Finish() {
	u := &unfinished
	u.mu.Lock()
	delete(u.servers, s.Span().SpanID())
	u.mu.Unlock()
	u.count.Add(-1)
	s.end(s.ended, s.failure)
}
