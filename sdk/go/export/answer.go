package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.weft.dev/sdk/internal/wire"
)

// longestPause bounds the pauses that backends can ask for.
const longestPause = 24 * time.Hour

// accepted reads Export*ServiceResponse, whose partial_success (1) holds how many
// items were rejected (1) and why (2).
func accepted(body []byte) result {
	r := result{outcome: sent}
	for f, rest, ok := wire.Next(body); ok; f, rest, ok = wire.Next(rest) {
		if f.Number != 1 || f.Type != wire.Bytes {
			continue
		}
		for f, rest, ok := wire.Next(f.Data); ok; f, rest, ok = wire.Next(rest) {
			switch {
			case f.Number == 1 && f.Type == wire.Varint:
				r.rejected = atLeastNone(int64(f.Value))
			case f.Number == 2 && f.Type == wire.Bytes && len(f.Data) > 0:
				r.err = errors.New(printable(f.Data))
			}
		}
	}
	return r
}

func atLeastNone(items int64) int { return int(min(max(items, 0), 1<<30)) }

// acceptedJSON is accepted for OTLP/JSON. The name of the count has the signal's
// items in it.
func acceptedJSON(body []byte) result {
	r := result{outcome: sent}
	var response struct {
		PartialSuccess map[string]any `json:"partialSuccess"`
	}
	if json.Unmarshal(body, &response) != nil {
		return r
	}
	for name, value := range response.PartialSuccess {
		switch v := value.(type) {
		case string:
			if n, err := strconv.ParseInt(v, 10, 64); err == nil && strings.HasPrefix(name, "rejected") {
				r.rejected = atLeastNone(n)
			} else if name == "errorMessage" && v != "" {
				r.err = errors.New(printable([]byte(v)))
			}
		case float64:
			if strings.HasPrefix(name, "rejected") && v > 0 {
				r.rejected = atLeastNone(int64(min(v, 1<<30)))
			}
		}
	}
	return r
}

// mediaType returns the type that a body says that it is of.
func mediaType(header http.Header) string {
	t, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return t
}

// answerError describes a failure by its status and the message of the
// google.rpc.Status in the body (field 2), or by the text that it is.
func answerError(status, mediaType string, body []byte) error {
	var reason []byte
	switch mediaType {
	case "application/json":
		var s struct{ Message string }
		_ = json.Unmarshal(body, &s)
		reason = []byte(s.Message)
	case "text/plain":
		reason = body
	default:
		reason = statusMessage(body)
	}
	if text := strings.TrimSpace(string(reason)); text != "" {
		return fmt.Errorf("%s: %s", status, printable([]byte(text)))
	}
	return errors.New(status)
}

func statusMessage(body []byte) []byte {
	for f, rest, ok := wire.Next(body); ok; f, rest, ok = wire.Next(rest) {
		if f.Number == 2 && f.Type == wire.Bytes {
			return f.Data
		}
	}
	return nil
}

// printable returns text from elsewhere so that it fits a line of a terminal.
func printable(b []byte) string {
	const most = 200
	quoted := strconv.Quote(string(b[:min(len(b), most)]))
	return quoted[1 : len(quoted)-1]
}

// retryAfter reads a Retry-After field: seconds, or a date (RFC 9110, section
// 10.2.3). It is 0 where there is none.
func retryAfter(v string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(v, 10, 64); err == nil {
		return time.Duration(min(seconds, uint64(longestPause/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(v); err == nil {
		return min(max(date.Sub(now), 0), longestPause)
	}
	return 0
}
