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

// An Unwinding is a request whose handler has panicked.
type Unwinding struct {
	server  *Server
	ended   int64 // when the handler was left
	failure string
}

// unfinished are those requests, until their goroutines are done with them, by the ids of their spans.
// With what a handler panicked only who recovers knows: net/http, later.
var unfinished struct {
	count atomic.Int32

	mu       sync.Mutex
	requests map[trace.SpanID]*Unwinding
}

// Unwind is End for a handler that panicked, or ended its goroutine, where Recovered is called on the
// same goroutine if net/http has recovered an exception, and Abort in any case.
func (s *Server) Unwind() {
	now := clock.Monotonic()
	span := s.Span()
	span.Reenter()
	if s.start == 0 && !span.IsRecording() || trace.Current().SpanID() != span.SpanID() {
		s.End(true) // it is of no use to wait, or nobody would find it
		return
	}
	u := &unfinished
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.requests == nil {
		u.requests = make(map[trace.SpanID]*Unwinding)
	}
	u.requests[span.SpanID()] = &Unwinding{server: s, ended: now}
	u.count.Add(1)
}

// current returns the unfinished request of this goroutine, nil when there is none.
func current() *Unwinding {
	u := &unfinished
	if u.count.Load() == 0 {
		return nil
	}
	id := trace.Current().SpanID()
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.requests[id]
}

// Recovered records what this goroutine's handler panicked with. It is to be called below the deferred
// function that has recovered value. What it returns, if not nil, is then to be finished.
func Recovered(value any) *Unwinding {
	r := current()
	if r != nil {
		r.failure = failurePanic
		r.server.Span().RecordRecovered(exceptionEvent, value)
	}
	return r
}

// Abort ends the span of this goroutine's request if its handler has panicked with what is no exception.
func Abort() {
	if r := current(); r != nil {
		r.failure = failureAborted
		r.Finish()
	}
}

// Finish ends the span of the request.
func (r *Unwinding) Finish() {
	u := &unfinished
	u.mu.Lock()
	delete(u.requests, r.server.Span().SpanID())
	u.mu.Unlock()
	u.count.Add(-1)
	r.server.end(r.ended, r.failure)
}
