package export

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
)

// Classes of failures for error.type, besides statuses of HTTP and gRPC. They are few:
// what an error says beyond them is for people, and told to them.
const (
	failureOther      = "_OTHER"
	failureRejected   = "rejected" // without a reason that is a class (semconv otel/sdk-metrics.md)
	failureTimeout    = "timeout"
	failureCanceled   = "canceled"
	failureNoHost     = "host_not_found"
	failureRefused    = "connection_refused"
	failureReset      = "connection_reset"
	failureBrokenPipe = "broken_pipe"
	failureNoRoute    = "unreachable"
	failureNoSpace    = "no_space"
	failureTLS        = "tls"
	failurePanic      = "panic"
	failureAnswer     = "invalid_response"
)

// failureOf returns the class of an error for which there was no answer.
func failureOf(err error) string {
	var (
		timeout     net.Error
		noHost      *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		authority   x509.UnknownAuthorityError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return failureCanceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return failureTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF): // closed before the answer was there
		return failureReset
	case errors.As(err, &noHost):
		return failureNoHost
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &authority), errors.Is(err, http.ErrSchemeMismatch):
		return failureTLS
	}
	if class := failureOfSystem(err); class != "" {
		return class
	}
	return failureOther
}

// failures counts items by why they failed.
type failures struct {
	mu     sync.Mutex
	counts map[string]int64
}

// mostFailures bounds the classes: statuses are numbers that come from elsewhere.
const mostFailures = 50

func (f *failures) add(class string, items int) {
	if items == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = make(map[string]int64)
	}
	if _, known := f.counts[class]; class == "" || !known && len(f.counts) >= mostFailures {
		class = failureOther
	}
	f.counts[class] += int64(items)
}

// load returns a copy of the counts.
func (f *failures) load() map[string]int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.counts)
}
