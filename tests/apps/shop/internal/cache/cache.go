// Package cache keeps encoded products in Redis.
package cache

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Cache is a client of one Redis server.
type Cache struct {
	client   *redis.Client
	embedded *miniredis.Miniredis
}

// Open connects to the Redis server at address, or starts one in the process when address is empty.
func Open(address string) (*Cache, error) {
	var embedded *miniredis.Miniredis
	if address == "" {
		var err error
		if embedded, err = miniredis.Run(); err != nil {
			return nil, err
		}
		address = embedded.Addr()
	}
	c := New(redis.NewClient(&redis.Options{Addr: address}))
	c.embedded = embedded
	return c, nil
}

// New takes over a client.
func New(client *redis.Client) *Cache { return &Cache{client: client} }

// Close closes the connections and ends the embedded server.
func (c *Cache) Close() error {
	err := c.client.Close()
	if c.embedded != nil {
		c.embedded.Close()
	}
	return err
}

// Get returns what was stored under id, or false.
func (c *Cache) Get(ctx context.Context, id int64) ([]byte, bool, error) {
	value, err := c.client.Get(ctx, key(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	return value, err == nil, err
}

// Set stores value under id and counts how often that happened, in one round trip.
func (c *Cache) Set(ctx context.Context, id int64, value []byte) error {
	_, err := c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, key(id), value, time.Minute)
		p.Incr(ctx, "fills")
		return nil
	})
	return err
}

func key(id int64) string { return "product:" + strconv.FormatInt(id, 10) }
