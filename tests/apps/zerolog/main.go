// Command zerolog logs in every way zerolog has, within and outside of a request. With an argument it ends by
// Fatal.
package main

import (
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rs/zerolog"
)

func main() {
	logger := zerolog.New(os.Stdout).Level(zerolog.InfoLevel)
	console := zerolog.New(zerolog.ConsoleWriter{Out: os.Stdout, NoColor: true})
	logger.Info().Msg("outside")

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logger.Info().Msg("inside")
		logger.Debug().Msg("below the level")
		logger.Warn().Str("s", "x").Int("n", 1).Bool("b", true).Float64("f", 1.5).Dur("d", time.Second).
			Strs("l", []string{"a", "b"}).Err(errors.New("odd")).Dict("g", zerolog.Dict().Int("within", 2)).
			Msg("inside with fields")
		derived := logger.With().Str("request", "r1").Int("attempt", 2).Logger()
		derived.Error().Int("n", 1).Msgf("inside %s", "derived")
		derived.Info().Str("text", "inside without a message").Send()
		own := logger.With().Str("trace_id", "1").Logger()
		own.Info().Msg("own of the logger")
		logger.Info().Str("trace_id", "1").Msg("own of the record")
		hooked := logger.Hook(zerolog.HookFunc(func(e *zerolog.Event, level zerolog.Level, message string) {
			e.Str("trace_id", "1")
		}))
		hooked.Info().Msg("own of a hook")
		logger.Log().Msg("inside without a level")
		console.Info().Int("n", 1).Msg("inside as text")
		sampled := logger.Sample(&zerolog.BasicSampler{N: 2})
		sampled.Info().Msg("inside, sampled")
		sampled.Info().Msg("inside, sampled")
		log.New(logger, "", 0).Print("inside by the package log")
		done := make(chan struct{})
		go func() {
			defer close(done)
			logger.Info().Msg("inside a goroutine")
		}()
		<-done
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/log")
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	logger.Info().Msg("outside, afterwards")
	if len(os.Args) > 1 {
		logger.Fatal().Int("a", 1).Msg("outside: fatal")
	}
}
