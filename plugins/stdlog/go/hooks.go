// Package stdlog puts the ids of the current span on lines of the package log, and emits the lines as
// records.
package stdlog

import (
	"bytes"
	"context"
	"log"
	"reflect"
	"time"

	weftlog "go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
	"go.weft.dev/sdk/trace"
)

var logger = weftlog.NewLogger("go.weft.dev/plugins/stdlog", "0.1.0")

// beforeOutput has a line completed once its message is known. Hooks (*Logger).output. Lines with a pc
// come from log/slog, whose records are emitted already.
func beforeOutput(l *log.Logger, pc uintptr, appendOutput func([]byte) []byte) func([]byte) []byte {
	span := logconv.SpanOf(context.Background())
	wanted := pc == 0 && weftlog.Enabled()
	if span == nil && !wanted || handsOn(l) {
		return appendOutput
	}
	return func(line []byte) []byte {
		header := len(line)
		line = appendOutput(line)
		if wanted {
			emit(span, l.Prefix(), line[header:])
		}
		if span == nil {
			return line
		}
		return withIDs(line, header, logconv.Of(span))
	}
}

// handsOn tells whether lines are handed on to a library that is hooked itself.
func handsOn(l *log.Logger) bool {
	t := reflect.TypeOf(l.Writer())
	if t == nil {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "log/slog", "go.uber.org/zap", "github.com/rs/zerolog":
		return true
	}
	return false
}

// emit emits a line without its time and place. Lines have no severity.
func emit(span *trace.Span, prefix string, message []byte) {
	if r := logconv.Begin(logger, span); r != nil {
		r.SetTime(time.Now())
		r.SetBody(prefix + string(bytes.TrimSuffix(message, []byte("\n"))))
		r.Emit()
	}
}

// withIDs puts the ids into an object, if the line is one in JSON, else at the end of the first line of
// text. It leaves alone what has a trace_id.
func withIDs(line []byte, header int, ids logconv.IDs) []byte {
	message := line[header:]
	if object := bytes.TrimSpace(message); header == 0 && len(object) > 1 &&
		object[0] == '{' && object[len(object)-1] == '}' {
		if weftlog.HasMember(object, logconv.TraceID) {
			return line
		}
		members := `"` + logconv.TraceID + `":"` + ids.Trace + `","` + logconv.SpanID + `":"` + ids.Span + `"`
		if len(bytes.TrimSpace(object[1:len(object)-1])) > 0 {
			members = "," + members
		}
		return insert(line, bytes.LastIndexByte(line, '}'), members)
	}
	if bytes.Contains(message, []byte(logconv.TraceID+"=")) {
		return line
	}
	end := bytes.IndexByte(message, '\n')
	if end < 0 {
		end = len(message)
	}
	if end > 0 && message[end-1] == '\r' {
		end--
	}
	return insert(line, header+end, " "+logconv.TraceID+"="+ids.Trace+" "+logconv.SpanID+"="+ids.Span)
}

func insert(line []byte, at int, text string) []byte {
	size := len(line)
	line = append(line, text...)
	copy(line[at+len(text):], line[at:size])
	copy(line[at:], text)
	return line
}
