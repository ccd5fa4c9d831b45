package export

import (
	"context"
	"io"
	"os"

	"go.weft.dev/sdk/internal/otlpjson"
	"go.weft.dev/sdk/internal/stdio"
)

// console writes one JSON object a line for each item to standard output, which is
// where the specification puts it (trace/sdk_exporters/stdout.md). It is for
// debugging; the format may change.
type console struct {
	out     io.Writer
	message otlpjson.Message
}

func newConsole(s *signal) *console { return &console{stdio.Writer{File: os.Stdout}, s.message} }

func (c *console) name() string { return "standard output" }

// export writes each line with one call, so that what the program writes itself goes
// between lines. Where one cannot be written, those behind it are not either: a
// full disk makes no half lines that way.
func (c *console) export(_ context.Context, payload []byte) result {
	r := result{outcome: sent}
	for line := range otlpjson.Lines(payload, c.message) {
		if r.err == nil {
			_, r.err = c.out.Write(append(line, '\n'))
		}
		if r.err != nil {
			r.rejected++
		}
	}
	if r.err != nil {
		r.failure = failureOf(r.err)
	}
	return r
}

func (c *console) release() {}
