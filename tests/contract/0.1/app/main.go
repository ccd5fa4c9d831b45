// Command frozen is what the frozen plugin is woven into. It prints what that makes of it.
package main

import (
	"context"
	"fmt"
	"strings"
)

type Client struct{ address string }

func (c *Client) Post(ctx context.Context, entry string) (id string, err error) {
	follow, done := make(chan string), make(chan string)
	go func() { follow <- current() }()
	go serve(done)
	return entry + ": " + <-follow + ", " + <-done, ctx.Err()
}

//frozen:mark one
func marked[T any](value T, rest ...int) string { return fmt.Sprint(value, rest) }

func serve(done chan<- string) { done <- current() }

func current() string { return "not woven" }

func main() {
	client := &Client{"there"}
	fmt.Println(client.Post(context.Background(), "rent"))
	fmt.Println(marked("value", 1, 2))
	fmt.Println(strings.Repeat("x", 2))
}
