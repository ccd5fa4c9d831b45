// Command stock is the stock service, instrumented by hand.
package main

import (
	"context"
	"flag"
	"log"

	"example.com/shop/handwritten/internal/telemetry"
	"example.com/shop/internal/inventory"
	"example.com/shop/internal/service"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8081", "address to listen on")
	database := flag.String("database", ":memory:", "SQLite data source")
	flag.Parse()
	if err := run(*listen, *database); err != nil {
		log.Fatal(err)
	}
}

func run(listen, database string) error {
	stop, err := telemetry.Start(context.Background(), "stock")
	if err != nil {
		return err
	}
	defer stop()
	db, err := telemetry.SQLite(database)
	if err != nil {
		return err
	}
	stock, err := inventory.New(db)
	if err != nil {
		return err
	}
	defer stock.Close()
	return service.Run(listen, telemetry.Server(stock.Handler()))
}
