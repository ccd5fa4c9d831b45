package zap

import (
	"bytes"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/semconv/logconv"
)

// beforeJSON leaves out the ids if the logger carries a trace_id of the program's own, and has afterJSON
// put them at the top level if the logger has a namespace open. Hooks (*jsonEncoder).EncodeEntry, where
// context is what the logger carries.
func beforeJSON(
	context *buffer.Buffer, namespaces int, entry zapcore.Entry, fields []zapcore.Field,
) (*mark, []zapcore.Field) {
	fields = beforeConsole(context, entry, fields)
	return nested(namespaces, fields)
}

func afterJSON(m *mark, line *buffer.Buffer) {
	if line != nil {
		m.insert(line)
	}
}

// beforeConsole hooks (consoleEncoder).EncodeEntry.
func beforeConsole(context *buffer.Buffer, entry zapcore.Entry, fields []zapcore.Field) []zapcore.Field {
	m := markOf(fields)
	if m == nil || context == nil {
		return fields
	}
	m.emit(entry, context.Bytes())
	if m.ids.Trace != "" && log.HasMember(context.Bytes(), logconv.TraceID) {
		return fields[m.marked:]
	}
	return fields
}

// beforeContext does for a line of text what beforeJSON does. Hooks (consoleEncoder).writeContext.
func beforeContext(namespaces int, line *buffer.Buffer, fields []zapcore.Field) (*contextLine, []zapcore.Field) {
	m, fields := nested(namespaces, fields)
	if m == nil {
		return nil, fields
	}
	return &contextLine{m, line}, fields
}

type contextLine struct {
	mark *mark
	line *buffer.Buffer
}

func afterContext(c *contextLine) { c.mark.insert(c.line) }

// nested takes out the ids where they would be in a namespace, and returns the mark then.
func nested(namespaces int, fields []zapcore.Field) (*mark, []zapcore.Field) {
	m := markOf(fields)
	if m == nil || namespaces == 0 || m.ids.Trace == "" {
		return nil, fields
	}
	return m, fields[m.marked:]
}

// insert puts the ids at the end of the outermost object of a line, which ends the line but for what
// stands after the last brace.
func (m *mark) insert(line *buffer.Buffer) {
	at := bytes.LastIndexByte(line.Bytes(), '}')
	if at < 0 {
		return
	}
	rest := string(line.Bytes()[at:])
	head := append([]byte(nil), line.Bytes()[:at]...)
	line.Reset()
	line.Write(head)
	line.AppendString(`,"` + logconv.TraceID + `":"` + m.ids.Trace + `","` + logconv.SpanID + `":"` + m.ids.Span + `"` + rest)
}
