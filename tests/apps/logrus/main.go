// Command logrus logs in every way logrus has, within and outside of a request. With an argument it ends by
// Fatal.
package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/sirupsen/logrus"
)

// redact is a hook of the program's own.
type redact struct{}

func (redact) Levels() []logrus.Level { return logrus.AllLevels }

func (redact) Fire(entry *logrus.Entry) error {
	if _, ok := entry.Data["password"]; ok {
		entry.Data["password"] = "***"
	}
	return nil
}

func main() {
	text := &logrus.TextFormatter{DisableColors: true, DisableTimestamp: true}
	logrus.SetOutput(os.Stdout)
	logrus.SetFormatter(text)
	json := logrus.New()
	json.Out, json.Formatter = os.Stdout, &logrus.JSONFormatter{DisableTimestamp: true}
	json.AddHook(redact{})
	logrus.Info("outside")

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logrus.Info("inside")
		logrus.Debug("below the level")
		logrus.WithField("n", 1).Warnf("inside with %s", "fields")
		json.WithFields(logrus.Fields{
			"s": "x", "n": 1, "b": true, "f": 1.5, "l": []string{"a", "b"}, "password": "hunter2",
		}).WithError(errors.New("odd")).Error("inside as JSON")
		entry := json.WithField("request", "r1")
		entry.Info("inside with an entry")
		entry.Info("inside with the same entry")
		json.WithContext(r.Context()).Info("inside with context")
		json.WithContext(context.Background()).Info("inside with an empty context")
		json.WithField("trace_id", "1").Info("own")
		logrus.WithField("trace_id", "1").Info("own as text")
		done := make(chan struct{})
		go func() {
			defer close(done)
			logrus.Info("inside a goroutine")
			_ = entry
		}()
		<-done
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/log")
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	logrus.Info("outside, afterwards")
	if len(os.Args) > 1 {
		logrus.WithField("a", 1).Fatal("outside: fatal")
	}
}
