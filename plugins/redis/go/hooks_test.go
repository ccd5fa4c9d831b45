package redis

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.weft.dev/sdk/semconv/dbconv"
)

func TestTargetOf(t *testing.T) {
	for _, test := range []struct {
		opt  *redis.Options
		want dbconv.Target
	}{
		{nil, dbconv.Target{System: "redis"}},
		{&redis.Options{Addr: "db.test:6380", DB: 2}, dbconv.Target{System: "redis", Namespace: "2", Address: "db.test", Port: 6380}},
		{&redis.Options{Addr: "db.test:6390", DB: 2}, dbconv.Target{System: "redis", Namespace: "2", Address: "db.test", Port: 6390}},
		{&redis.Options{Addr: "/run/redis.sock", Network: "unix"}, dbconv.Target{System: "redis", Namespace: "0", Address: "/run/redis.sock"}},
	} {
		for range 2 { // the second is remembered
			if got := *targetOf(test.opt); got != test.want {
				t.Errorf("targetOf(%+v) = %+v, want %+v", test.opt, got, test.want)
			}
		}
	}
}

func TestTextHoldsNoValues(t *testing.T) {
	cmd := redis.NewStatusCmd(context.Background(), "set", "s3cret", "s3cret", "ex", 10)
	if got, want := textOf(cmd), "SET ? ? ? ?"; got != want {
		t.Errorf("textOf = %q, want %q", got, want)
	}
	if got, want := textOf(redis.NewCmd(context.Background())), ""; got != want {
		t.Errorf("textOf = %q, want %q", got, want)
	}
}

func TestFailure(t *testing.T) {
	odd := errors.New("odd")
	for err, want := range map[error]error{
		nil: nil, redis.Nil: nil, fmt.Errorf("get: %w", redis.Nil): nil, redis.TxFailedErr: nil, odd: odd,
	} {
		if got := failure(err); got != want {
			t.Errorf("failure(%v) = %v", err, got)
		}
	}
}

func TestEmptyPipeline(t *testing.T) {
	if p := beforePipeline(nil, nil, context.Background(), nil); p != nil {
		t.Errorf("got %+v", p)
	}
}
