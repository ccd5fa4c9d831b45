// Command slog logs in every way log/slog has, within and outside of a request.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"
)

func main() {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	json := slog.New(slog.NewJSONHandler(os.Stdout, options))
	slog.SetDefault(json)
	slog.Info("outside")

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		slog.InfoContext(ctx, "with context")
		slog.Info("without context")
		slog.InfoContext(context.Background(), "with an empty context")
		slog.DebugContext(ctx, "below the level")
		json.LogAttrs(ctx, slog.LevelWarn, "attributes", slog.Int("n", 1))
		json.With("a", 1).WithGroup("g").InfoContext(ctx, "in a group", "b", 2)
		json.ErrorContext(ctx, "an error", "error", io.EOF)
		slog.New(slog.NewTextHandler(os.Stdout, nil)).InfoContext(ctx, "as text")
		slog.New(custom{json.Handler()}).InfoContext(ctx, "custom handler")
		redacting := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: redact}))
		redacting.With("password", "hunter2").WithGroup("g").InfoContext(ctx, "redacted", "password", "hunter2", "b", 1)
		log.Println("package log through slog")
		slog.NewLogLogger(json.Handler(), slog.LevelInfo).Println("logger of package log")
		if err := json.Handler().Handle(ctx, slog.NewRecord(time.Now(), slog.LevelInfo, "record of one's own", 0)); err != nil {
			fmt.Println(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			slog.Info("in a goroutine")
		}()
		<-done
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/log")
	if err != nil {
		log.Fatal(err)
	}
	response.Body.Close()
	slog.Info("afterwards")
}

// redact hides what must not be logged.
func redact(groups []string, attr slog.Attr) slog.Attr {
	if attr.Key == "password" {
		attr.Value = slog.StringValue("*** " + strings.Join(groups, "."))
	}
	return attr
}

// custom is a handler that wraps another one.
type custom struct{ slog.Handler }

func (c custom) Handle(ctx context.Context, record slog.Record) error {
	record.AddAttrs(slog.Bool("custom", true))
	return c.Handler.Handle(ctx, record)
}
