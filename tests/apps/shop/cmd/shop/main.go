// Command shop sells teapots.
package main

import (
	"flag"
	"log"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/catalog"
	"example.com/shop/internal/orders"
	"example.com/shop/internal/service"
	"example.com/shop/internal/stockclient"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address to listen on")
	database := flag.String("database", ":memory:", "SQLite data source")
	redis := flag.String("redis", "", "address of a Redis server; empty embeds one")
	stock := flag.String("stock", "http://127.0.0.1:8081", "base URL of the stock service")
	flag.Parse()
	service.LogJSON("shop")

	products, err := catalog.Open(*database)
	if err != nil {
		log.Fatal(err)
	}
	defer products.Close()
	encoded, err := cache.Open(*redis)
	if err != nil {
		log.Fatal(err)
	}
	defer encoded.Close()

	api := &orders.API{Catalog: products, Cache: encoded, Stock: &stockclient.Client{Base: *stock}}
	err = service.Run(*listen, api.Handler())
	api.Wait()
	if err != nil {
		log.Fatal(err)
	}
}
