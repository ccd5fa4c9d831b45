// Package ledger stands for a library that weft does not know.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// Client posts entries to a ledger.
type Client struct {
	address string
	posted  atomic.Int64
}

// Entry is one posting.
type Entry struct {
	Account string
	Cents   int64
}

// New returns a client of the ledger at an address.
func New(address string) *Client { return &Client{address: address} }

// Post posts an entry and returns its number.
func (c *Client) Post(ctx context.Context, entry Entry) (id string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if entry.Cents == 0 {
		return "", errors.New("an entry has an amount")
	}
	return fmt.Sprintf("%s/%d", c.address, c.posted.Add(1)), nil
}
