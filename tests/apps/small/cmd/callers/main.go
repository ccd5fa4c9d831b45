// Command callers prints the call stack that a database driver and a log handler see.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"example.com/small/internal/memdb"
)

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	frame, _ := runtime.CallersFrames([]uintptr{record.PC}).Next()
	fmt.Printf("record from %s:%d\n", frame.File, frame.Line)
	stack("handler")
	return nil
}

func stack(what string) {
	for depth := 1; ; depth++ {
		pc, file, line, ok := runtime.Caller(depth)
		if !ok {
			return
		}
		fmt.Printf("%s %d %s %s:%d\n", what, depth, runtime.FuncForPC(pc).Name(), file, line)
	}
}

func main() {
	_, file, line, _ := runtime.Caller(0)
	fmt.Printf("main %s:%d\n", file, line)
	memdb.OnQuery = func(string) { stack("driver") }
	db := memdb.Open()
	if _, err := memdb.Query(db, "SELECT 1"); err != nil {
		fmt.Println(err)
	}
	logger := slog.New(handler{slog.NewTextHandler(os.Stdout, nil)})
	logger.Info("here")
	slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		AddSource: true,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})).Warn("with source")
}
