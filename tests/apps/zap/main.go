// Command zap logs in every way zap has, within and outside of a request. With an argument it ends by Fatal.
package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func main() {
	config := zapcore.EncoderConfig{
		MessageKey: "msg", LevelKey: "level", NameKey: "logger", CallerKey: "caller", LineEnding: "\n",
		EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeCaller: zapcore.ShortCallerEncoder,
		EncodeTime: zapcore.ISO8601TimeEncoder, EncodeDuration: zapcore.StringDurationEncoder,
	}
	out := zapcore.Lock(os.Stdout)
	json := zapcore.NewCore(zapcore.NewJSONEncoder(config), out, zap.InfoLevel)
	console := zapcore.NewCore(zapcore.NewConsoleEncoder(config), out, zap.InfoLevel)
	logger := zap.New(json, zap.AddCaller())
	logger.Info("outside")

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logger.Info("inside")
		logger.Debug("below the level")
		logger.Warn("inside with fields", zap.String("s", "x"), zap.Int("n", 1), zap.Bool("b", true),
			zap.Float64("f", 1.5), zap.Duration("d", time.Second), zap.Strings("l", []string{"a", "b"}),
			zap.Error(errors.New("odd")), zap.Namespace("space"), zap.Int("within", 2))
		derived := logger.With(zap.String("request", "r1"), zap.Int("attempt", 2)).Named("orders")
		derived.Error("inside derived", zap.Int("n", 1))
		derived.With(zap.Namespace("space"), zap.Int("a", 1)).Info("inside a namespace", zap.Int("b", 2))
		logger.With(zap.String("trace_id", "1")).Info("own of the logger")
		logger.Info("own of the record", zap.String("trace_id", "1"))
		logger.Sugar().Infow("inside sugared", "n", 1)
		logger.Sugar().Infof("inside %s", "formatted")
		zap.New(console).With(zap.Int("a", 1)).Info("inside as text", zap.Int("b", 2))
		zap.New(console).Info("inside as bare text")
		zap.New(console).With(zap.Namespace("space"), zap.Int("a", 1)).Info("inside as text in a namespace")
		zap.New(zapcore.NewTee(json, console)).Info("inside two cores")
		sampled := zap.New(zapcore.NewSampler(json, time.Hour, 1, 1000))
		sampled.Info("inside, sampled")
		sampled.Info("inside, sampled")
		zap.NewStdLog(zap.New(json)).Print("inside by the package log")
		if entry := logger.Check(zap.DebugLevel, "below the level"); entry != nil {
			entry.Write()
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			logger.Info("inside a goroutine")
		}()
		<-done
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/log")
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	logger.With(zap.Int("a", 1)).Info("outside, afterwards")
	if len(os.Args) > 1 {
		logger.With(zap.Int("a", 1)).Fatal("outside: fatal")
	}
}
