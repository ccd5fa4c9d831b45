package rpcconv

import "strconv"

// A Status is what came of a call.
type Status struct {
	// Code is the rpc.response.status_code.
	Code string
	// Message describes an error.
	Message string
	// Err is the error as the program sees it, if there is one.
	Err error
	// server tells whether a server's span is an error; a client's is whenever Err is there or Code is no success.
	server bool
	ok     bool
}

// failed reports whether the span is to have an error.
func (s *Status) failed(server bool) bool {
	if server {
		return s.server
	}
	return !s.ok
}

// codes are the names of gRPC's status codes (github.com/grpc/grpc, doc/statuscodes.md).
var codes = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
	"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// GRPCStatus returns the status of a gRPC call that ended with a code. Of a server's codes some are no errors: that
// is how it answers to a request that is not right (semconv rpc/grpc.md#grpc-status).
func GRPCStatus(code uint32, message string, err error) Status {
	s := Status{Code: strconv.FormatUint(uint64(code), 10), Message: message, Err: err, ok: code == 0}
	if code < uint32(len(codes)) {
		s.Code = codes[code]
	}
	switch s.Code {
	case "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS":
		s.server = true
	}
	return s
}
