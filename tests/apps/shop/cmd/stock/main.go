// Command stock knows how many pieces of each product are left.
package main

import (
	"flag"
	"log"

	"example.com/shop/internal/inventory"
	"example.com/shop/internal/service"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8081", "address to listen on")
	database := flag.String("database", ":memory:", "SQLite data source")
	flag.Parse()
	service.LogJSON("stock")

	stock, err := inventory.Open(*database)
	if err != nil {
		log.Fatal(err)
	}
	defer stock.Close()
	if err := service.Run(*listen, stock.Handler()); err != nil {
		log.Fatal(err)
	}
}
