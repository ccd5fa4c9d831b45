// Command redis sends commands and pipelines to an embedded server.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func main() {
	server, err := miniredis.Run()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	server.RequireAuth("hunter2")
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), Password: "hunter2", DB: 2, PoolSize: 1})
	defer client.Close()
	address := server.Addr()
	fmt.Println("address", address)
	ctx := context.Background()

	fmt.Println(client.Set(ctx, "secret-key", "secret-value", 0).Err())
	fmt.Println(client.Get(ctx, "secret-key").Val() == "secret-value")
	fmt.Println(errors.Is(client.Get(ctx, "nothing").Err(), redis.Nil))
	fmt.Println(client.LPush(ctx, "secret-key", 1).Err() != nil) // WRONGTYPE

	_, err = client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "a", 1, 0)
		p.Incr(ctx, "a")
		p.Get(ctx, "a")
		return nil
	})
	fmt.Println("pipeline", err)
	_, err = client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Incr(ctx, "a")
		p.Incr(ctx, "a")
		return nil
	})
	fmt.Println("transaction", err)
	fmt.Println(client.Do(ctx, "CONFIG", "GET", "x").Err() != nil) // miniredis does not know it

	conn := client.Conn()
	fmt.Println(conn.Ping(ctx).Val())
	conn.Close()

	server.Close()
	gone := redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1})
	defer gone.Close()
	fmt.Println(gone.Get(ctx, "a").Err() != nil)
}
