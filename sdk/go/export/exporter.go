package export

import (
	"context"
	"time"
)

// exporter sends encoded requests somewhere. Its methods are called by one
// goroutine at a time.
type exporter interface {
	name() string // where to, for messages
	export(ctx context.Context, payload []byte) result
	release() // what is held between requests
}

// outcome says what became of a request.
type outcome int

const (
	sent        outcome = iota
	busy                // answered, and asks to try again
	unreachable         // not answered; try again
	refused             // never to be accepted
)

type result struct {
	outcome  outcome
	after    time.Duration // the least time to wait, if busy
	rejected int           // items, if sent
	failure  string        // its class, for error.type; "" where there is none
	err      error
}
