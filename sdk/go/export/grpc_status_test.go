package export

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"
)

// retryInfoTrailer is a google.rpc.Status with a BadRequest and a RetryInfo of 3.5 s.
var retryInfoTrailer = base64.RawStdEncoding.EncodeToString([]byte(
	"\x08\x08\x12\x04full" +
		"\x1a\x2b\x0a\x29type.googleapis.com/google.rpc.BadRequest" +
		"\x1a\x36\x0a\x28type.googleapis.com/google.rpc.RetryInfo\x12\x0a\x0a\x08\x08\x03\x10\x80\xca\xb5\xee\x01"))

func trailer(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestGRPCStatus(t *testing.T) {
	const details, push = "Grpc-Status-Details-Bin", "Grpc-Retry-Pushback-Ms"
	tests := []struct {
		name    string
		trailer http.Header
		outcome outcome
		after   time.Duration
		err     string
	}{
		{"cancelled", trailer("Grpc-Status", "1"), busy, 0, "CANCELLED"},
		{"unknown", trailer("Grpc-Status", "2"), refused, 0, "UNKNOWN"},
		{"invalid argument", trailer("Grpc-Status", "3", "Grpc-Message", "a%20b%0A%zz%"), refused, 0, `INVALID_ARGUMENT: a b\n%zz%`},
		{"deadline exceeded", trailer("Grpc-Status", "4"), busy, 0, "DEADLINE_EXCEEDED"},
		{"not found", trailer("Grpc-Status", "5"), refused, 0, "NOT_FOUND"},
		{"already exists", trailer("Grpc-Status", "6"), refused, 0, "ALREADY_EXISTS"},
		{"permission denied", trailer("Grpc-Status", "7"), refused, 0, "PERMISSION_DENIED"},
		{"resource exhausted for good", trailer("Grpc-Status", "8"), refused, 0, "RESOURCE_EXHAUSTED"},
		{"resource exhausted", trailer("Grpc-Status", "8", details, retryInfoTrailer), busy, 3500 * time.Millisecond, "RESOURCE_EXHAUSTED"},
		{"with padding", trailer("Grpc-Status", "8", details, retryInfoTrailer+"=="), busy, 3500 * time.Millisecond, "RESOURCE_EXHAUSTED"},
		{"failed precondition", trailer("Grpc-Status", "9"), refused, 0, "FAILED_PRECONDITION"},
		{"aborted", trailer("Grpc-Status", "10"), busy, 0, "ABORTED"},
		{"out of range", trailer("Grpc-Status", "11"), busy, 0, "OUT_OF_RANGE"},
		{"unimplemented", trailer("Grpc-Status", "12"), refused, 0, "UNIMPLEMENTED"},
		{"internal", trailer("Grpc-Status", "13"), refused, 0, "INTERNAL"},
		{"internal, with details", trailer("Grpc-Status", "13", details, retryInfoTrailer), refused, 0, "INTERNAL"},
		{"unavailable", trailer("Grpc-Status", "14"), busy, 0, "UNAVAILABLE"},
		{"unavailable for a while", trailer("Grpc-Status", "14", details, retryInfoTrailer), busy, 3500 * time.Millisecond, "UNAVAILABLE"},
		{"data loss", trailer("Grpc-Status", "15"), busy, 0, "DATA_LOSS"},
		{"unauthenticated", trailer("Grpc-Status", "16"), refused, 0, "UNAUTHENTICATED"},
		{"unheard of", trailer("Grpc-Status", "17"), refused, 0, "code 17"},
		{"no number", trailer("Grpc-Status", "x"), refused, 0, "UNKNOWN"},
		{"pushback", trailer("Grpc-Status", "14", push, "1500"), busy, 1500 * time.Millisecond, "UNAVAILABLE"},
		{"pushback of the exhausted", trailer("Grpc-Status", "8", push, "0"), busy, 0, "RESOURCE_EXHAUSTED"},
		{"not again", trailer("Grpc-Status", "14", push, "-1"), refused, 0, "UNAVAILABLE"},
		{"not again either", trailer("Grpc-Status", "14", push, "soon"), refused, 0, "UNAVAILABLE"},
		{"details that are nonsense", trailer("Grpc-Status", "8", details, "%%"), refused, 0, "RESOURCE_EXHAUSTED"},
	}
	for _, tt := range tests {
		s, ok := readGRPCStatus(tt.trailer)
		r := s.result()
		if !ok || r.outcome != tt.outcome || r.after != tt.after || r.err.Error() != tt.err {
			t.Errorf("%s: %+v, want %v after %v, %s", tt.name, r, tt.outcome, tt.after, tt.err)
		}
	}
	if _, ok := readGRPCStatus(http.Header{}); ok {
		t.Error("a status without trailers")
	}
}

func TestGRPCResult(t *testing.T) {
	good, ok := http.Header{}, trailer("Grpc-Status", "0")
	partial := "\x00\x00\x00\x00\x0c\x0a\x0a\x08\x02\x12\x06reason"
	tests := []struct {
		name   string
		answer answer
		want   result
		err    string
	}{
		{"empty message", answer{&http.Response{StatusCode: 200, Header: good, Trailer: ok}, []byte("\x00\x00\x00\x00\x00"), nil}, result{outcome: sent}, ""},
		{"no message", answer{&http.Response{StatusCode: 200, Header: good, Trailer: ok}, nil, nil}, result{outcome: sent}, ""},
		{"partial success", answer{&http.Response{StatusCode: 200, Header: good, Trailer: ok}, []byte(partial), nil}, result{outcome: sent, rejected: 2}, "reason"},
		{"message cut off", answer{&http.Response{StatusCode: 200, Header: good, Trailer: ok}, []byte(partial)[:9], nil}, result{outcome: sent}, ""},
		{"compressed, but not", answer{&http.Response{StatusCode: 200, Header: trailer("Grpc-Encoding", "gzip"), Trailer: ok}, []byte("\x01" + partial[1:]), nil}, result{outcome: sent}, ""},
		{"nothing but trailers", answer{&http.Response{StatusCode: 200, Header: trailer("Grpc-Status", "14")}, nil, nil}, result{outcome: busy}, "UNAVAILABLE"},
		{"broken off", answer{&http.Response{StatusCode: 200, Header: good}, nil, errTest}, result{outcome: unreachable}, errTest.Error()},
		{"not gRPC", answer{&http.Response{StatusCode: 200, Header: good}, []byte("<html>"), nil}, result{outcome: refused}, "the answer is not one of gRPC"},
		{"a proxy's 503", answer{&http.Response{StatusCode: 503, Status: "503 Service Unavailable", Header: trailer("Retry-After", "7")}, nil, nil}, result{outcome: busy, after: 7 * time.Second}, "UNAVAILABLE: 503 Service Unavailable"},
		{"a proxy's 404", answer{&http.Response{StatusCode: 404, Status: "404 Not Found", Header: good}, nil, nil}, result{outcome: refused}, "UNIMPLEMENTED: 404 Not Found"},
		{"a proxy's 401", answer{&http.Response{StatusCode: 401, Status: "401", Header: good}, nil, nil}, result{outcome: refused}, "UNAUTHENTICATED: 401"},
		{"status of gRPC with a 503", answer{&http.Response{StatusCode: 503, Header: trailer("Grpc-Status", "3")}, nil, nil}, result{outcome: refused}, "INVALID_ARGUMENT"},
	}
	for _, tt := range tests {
		got := tt.answer.grpcResult(time.Now())
		err := ""
		if got.err != nil {
			err = got.err.Error()
		}
		if got.outcome != tt.want.outcome || got.after != tt.want.after || got.rejected != tt.want.rejected || err != tt.err {
			t.Errorf("%s: %+v, want %+v %s", tt.name, got, tt.want, tt.err)
		}
	}
}

func TestGRPCTimeout(t *testing.T) {
	for d, want := range map[time.Duration]string{
		10 * time.Second: "10000m", -1: "1m", 1000 * time.Hour: "99999999m",
	} {
		if got := grpcTimeout(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// FuzzGRPCStatus checks that no trailers ask for a pause without bound, nor for a
// message of more than a line.
func FuzzGRPCStatus(f *testing.F) {
	f.Add("14", "a%20b%", retryInfoTrailer, "1500")
	f.Add("8", "%%%", "CAgSBGZ1bGw", "-1")
	f.Add("x", "", "=", "99999999999999999999")
	f.Fuzz(func(t *testing.T, code, message, details, push string) {
		s, ok := readGRPCStatus(http.Header{
			"Grpc-Status": {code}, "Grpc-Message": {message}, "Grpc-Status-Details-Bin": {details}, "Grpc-Retry-Pushback-Ms": {push},
		})
		if !ok {
			return
		}
		r := s.result()
		if r.after < 0 || r.after > longestPause || r.err == nil || !oneLine(r.err.Error()) {
			t.Errorf("%+v", r)
		}
	})
}

func FuzzUnframed(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x0c\x0a\x0a\x08\x02\x12\x06reason"), "")
	f.Add([]byte("\x01\x00\x00\x00\x02\x1f\x8b"), "gzip")
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		if message, err := unframed(body, encoding); err == nil && len(message) > max(len(body), maxAnswer) {
			t.Errorf("%d bytes of %d", len(message), len(body))
		}
	})
}
