package export

import (
	"testing"
	"time"
	"unicode"
)

func oneLine(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return len(s) < 2000
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
	}{
		{"", 0}, {"0", 0}, {"7", 7 * time.Second}, {"-7", 0}, {"1.5", 0}, {"soon", 0},
		{"99999999", longestPause}, {"18446744073709551615", longestPause},
		{"Mon, 04 May 2026 03:02:11 GMT", 10 * time.Second},
		{"Mon, 04 May 2026 03:01:11 GMT", 0},
		{"Mon, 04 May 2099 03:01:11 GMT", longestPause},
		{"Monday, 04-May-26 03:02:02 GMT", time.Second},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.value, now); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.value, got, tt.want)
		}
	}
}

func TestAccepted(t *testing.T) {
	tests := []struct {
		name, protobuf, json string
		rejected             int
		err                  string
	}{
		{"all", "", "{}", 0, ""},
		{"nothing", "", "", 0, ""},
		{"some", "\x0a\x0a\x08\x02\x12\x06reason", `{"partialSuccess":{"rejectedSpans":"2","errorMessage":"reason"}}`, 2, "reason"},
		{"a number", "\x0a\x02\x08\x02", `{"partialSuccess":{"rejectedLogRecords":2}}`, 2, ""},
		{"a warning", "\x0a\x08\x12\x06reason", `{"partialSuccess":{"errorMessage":"reason"}}`, 0, "reason"},
		{"empty", "\x0a\x00", `{"partialSuccess":{}}`, 0, ""},
		{"null", "", `{"partialSuccess":null}`, 0, ""},
		{"less than none", "\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", `{"partialSuccess":{"rejectedDataPoints":"-1"}}`, 0, ""},
		{"very many", "\x0a\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f", `{"partialSuccess":{"rejectedDataPoints":"9223372036854775807"}}`, 1 << 30, ""},
		{"not text of a line", "\x0a\x06\x12\x04a\n\x1b\xff", `{"partialSuccess":{"errorMessage":"a\n\u001b\ufffd"}}`, 0, `a\n\x1b`},
		{"cut off", "\x0a\x0a\x08\x02", `{"partialSuccess":{"rejectedSpans":"2"`, 0, ""},
	}
	for _, tt := range tests {
		for kind, r := range map[string]result{"protobuf": accepted([]byte(tt.protobuf)), "JSON": acceptedJSON([]byte(tt.json))} {
			err := ""
			if r.err != nil {
				err = r.err.Error()
			}
			if tt.name == "not text of a line" {
				err = err[:len(tt.err)] // how the rest is quoted differs
			}
			if r.outcome != sent || r.rejected != tt.rejected || err != tt.err {
				t.Errorf("%s in %s: %+v, want %d rejected, %q", tt.name, kind, r, tt.rejected, tt.err)
			}
		}
	}
}

func TestAnswerError(t *testing.T) {
	tests := []struct{ mediaType, body, want string }{
		{"", "", "503"},
		{"application/x-protobuf", "\x08\x0e\x12\x04full", "503: full"},
		{"application/json", `{"code":14,"message":"full"}`, "503: full"},
		{"application/json", `{"message":1}`, "503"},
		{"text/plain", " no healthy\nupstream\n", `503: no healthy\nupstream`},
		{"text/html", "<html>", "503"},
	}
	for _, tt := range tests {
		if got := answerError("503", tt.mediaType, []byte(tt.body)).Error(); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.mediaType, tt.body, got, tt.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, v := range []string{"", "7", "-7", "Mon, 04 May 2026 03:02:11 GMT", "99999999999999999999"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if d := retryAfter(v, time.Unix(1_800_000_000, 0)); d < 0 || d > longestPause {
			t.Errorf("%q: %v", v, d)
		}
	})
}

// FuzzAnswer checks that bodies of any kind give counts in range and messages of a
// line.
func FuzzAnswer(f *testing.F) {
	f.Add("application/x-protobuf", []byte("\x0a\x0a\x08\x02\x12\x06reason"))
	f.Add("application/json", []byte(`{"partialSuccess":{"rejectedSpans":"2","errorMessage":"reason"},"message":"m"}`))
	f.Add("text/plain", []byte("no healthy\nupstream"))
	f.Fuzz(func(t *testing.T, mediaType string, body []byte) {
		if s := answerError("503", mediaType, body).Error(); !oneLine(s) {
			t.Errorf("%q", s)
		}
		for _, r := range []result{accepted(body), acceptedJSON(body)} {
			if r.rejected < 0 || r.err != nil && !oneLine(r.err.Error()) {
				t.Errorf("%+v", r)
			}
		}
	})
}
