// Command shop is the shop, instrumented by hand.
package main

import (
	"context"
	"flag"
	"log"

	"example.com/shop/handwritten/internal/telemetry"
	"example.com/shop/internal/cache"
	"example.com/shop/internal/catalog"
	"example.com/shop/internal/orders"
	"example.com/shop/internal/service"
	"example.com/shop/internal/stockclient"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address to listen on")
	database := flag.String("database", ":memory:", "SQLite data source")
	redis := flag.String("redis", "", "address of a Redis server")
	stock := flag.String("stock", "http://127.0.0.1:8081", "base URL of the stock service")
	flag.Parse()
	if err := run(*listen, *database, *redis, *stock); err != nil {
		log.Fatal(err)
	}
}

func run(listen, database, redis, stock string) error {
	stop, err := telemetry.Start(context.Background(), "shop")
	if err != nil {
		return err
	}
	defer stop()
	db, err := telemetry.SQLite(database)
	if err != nil {
		return err
	}
	products, err := catalog.New(db)
	if err != nil {
		return err
	}
	defer products.Close()
	client, err := telemetry.Redis(redis)
	if err != nil {
		return err
	}
	encoded := cache.New(client)
	defer encoded.Close()

	levels := &stockclient.Client{Base: stock}
	levels.HTTP.Transport = telemetry.Transport()
	api := &orders.API{Catalog: products, Cache: encoded, Stock: levels}
	defer api.Wait()
	return service.Run(listen, telemetry.Server(api.Handler()))
}
