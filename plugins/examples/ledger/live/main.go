// Command live uses a ledger as programs do; `weft plugin test` runs it, plain and woven.
package main

import (
	"context"
	"fmt"

	"example.com/ledger"
)

func main() {
	client := ledger.New("ledger.test")
	for _, entry := range []ledger.Entry{{Account: "rent", Cents: 90000}, {Account: "gifts"}} {
		id, err := client.Post(context.Background(), entry)
		fmt.Println(id, err)
	}
}
