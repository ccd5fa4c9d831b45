package main

import (
	"context"
	"fmt"

	"example.com/rules/billing"
)

func main() {
	var service billing.Service
	fmt.Println(service.Charge(context.Background(), &billing.Order{ID: "7", Cents: 5}))
	fmt.Println(service.Charge(context.Background(), &billing.Order{ID: "8"}))
}
