package export

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.weft.dev/sdk/internal/wire"
)

// grpcCode is a status code of gRPC (grpc/doc/statuscodes.md).
type grpcCode int

const (
	codeOK grpcCode = iota
	codeCancelled
	codeUnknown
	codeInvalidArgument
	codeDeadlineExceeded
	codeNotFound
	codeAlreadyExists
	codePermissionDenied
	codeResourceExhausted
	codeFailedPrecondition
	codeAborted
	codeOutOfRange
	codeUnimplemented
	codeInternal
	codeUnavailable
	codeDataLoss
	codeUnauthenticated
)

var grpcCodes = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
	"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

func (c grpcCode) String() string {
	if c >= 0 && int(c) < len(grpcCodes) {
		return grpcCodes[c]
	}
	return "code " + strconv.Itoa(int(c))
}

// class returns the name, where it is one of those that there are.
func (c grpcCode) class() string {
	if c >= 0 && int(c) < len(grpcCodes) {
		return grpcCodes[c]
	}
	return grpcCodes[codeUnknown]
}

// codeOfHTTP stands in for the status of an answer that is not one of gRPC
// (grpc/doc/http-grpc-status-mapping.md).
func codeOfHTTP(status int) grpcCode {
	switch status {
	case http.StatusBadRequest:
		return codeInternal
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden:
		return codePermissionDenied
	case http.StatusNotFound:
		return codeUnimplemented
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return codeUnavailable
	default:
		return codeUnknown
	}
}

// grpcStatus is what a server says of a call.
type grpcStatus struct {
	code    grpcCode
	message string
	again   bool          // it will be able to take the same later
	never   bool          // it does not want to see the same again
	after   time.Duration // the pause that it wants
}

// readGRPCStatus reads the trailers of a call. It reports false where there are none.
func readGRPCStatus(trailer http.Header) (s grpcStatus, ok bool) {
	value := trailer.Get("Grpc-Status")
	if value == "" {
		return s, false
	}
	s.code = codeUnknown
	if code, err := strconv.ParseUint(value, 10, 16); err == nil {
		s.code = grpcCode(code)
	}
	s.message = percentDecoded(trailer.Get("Grpc-Message"))
	s.after, s.again = retryInfo(trailer.Get("Grpc-Status-Details-Bin"))
	if v := trailer.Get("Grpc-Retry-Pushback-Ms"); v != "" {
		pause, ok := pushback(v)
		s.after, s.again, s.never = max(s.after, pause), s.again || ok, !ok
	}
	return s, true
}

// result says whether to try again (OTLP specification, "OTLP/gRPC Response").
func (s grpcStatus) result() result {
	r := result{outcome: refused, failure: s.code.class(), err: errors.New(s.code.String())}
	if s.message != "" {
		r.err = fmt.Errorf("%v: %s", s.code, printable([]byte(s.message)))
	}
	again := false
	switch s.code {
	case codeCancelled, codeDeadlineExceeded, codeAborted, codeOutOfRange, codeUnavailable, codeDataLoss:
		again = true
	case codeResourceExhausted: // of which a request that is too large is one kind
		again = s.again
	}
	if again && !s.never {
		r.outcome, r.after = busy, s.after
	}
	return r
}

// percentDecoded decodes grpc-message. What is not encoded properly stays as it is
// (grpc/doc/PROTOCOL-HTTP2.md#responses).
func percentDecoded(v string) string {
	if !strings.Contains(v, "%") {
		return v
	}
	b := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && i+2 < len(v) {
			if c, err := strconv.ParseUint(v[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(c))
				i += 2
				continue
			}
		}
		b = append(b, v[i])
	}
	return string(b)
}

// pushback reads grpc-retry-pushback-ms. It reports false where the server asks not
// to try again, with a number that is negative, or none at all (gRPC proposal A6).
func pushback(v string) (time.Duration, bool) {
	millis, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		return 0, false
	}
	return time.Duration(min(millis, uint64(longestPause/time.Millisecond))) * time.Millisecond, true
}

// retryInfo returns the retry_delay of the google.rpc.RetryInfo among the details (3)
// of a google.rpc.Status in base64. It reports false where there is none.
func retryInfo(v string) (time.Duration, bool) {
	encoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil {
		return 0, false
	}
	for status, rest, ok := wire.Next(encoded); ok; status, rest, ok = wire.Next(rest) {
		if status.Number != 3 || status.Type != wire.Bytes {
			continue
		}
		var name, value []byte // of google.protobuf.Any
		for any, rest, ok := wire.Next(status.Data); ok; any, rest, ok = wire.Next(rest) {
			switch {
			case any.Number == 1 && any.Type == wire.Bytes:
				name = any.Data
			case any.Number == 2 && any.Type == wire.Bytes:
				value = any.Data
			}
		}
		if strings.HasSuffix(string(name), "/google.rpc.RetryInfo") {
			return retryDelay(value), true
		}
	}
	return 0, false
}

// retryDelay reads a RetryInfo, whose retry_delay (1) has seconds (1) and
// nanoseconds (2).
func retryDelay(info []byte) (delay time.Duration) {
	for f, rest, ok := wire.Next(info); ok; f, rest, ok = wire.Next(rest) {
		if f.Number != 1 || f.Type != wire.Bytes {
			continue
		}
		var seconds, nanos int64
		for f, rest, ok := wire.Next(f.Data); ok; f, rest, ok = wire.Next(rest) {
			switch {
			case f.Number == 1 && f.Type == wire.Varint:
				seconds = int64(f.Value)
			case f.Number == 2 && f.Type == wire.Varint:
				nanos = int64(int32(f.Value))
			}
		}
		seconds = min(max(seconds, 0), int64(longestPause/time.Second))
		delay = min(time.Duration(seconds)*time.Second+time.Duration(max(nanos, 0)), longestPause)
	}
	return delay
}
