// Command shop takes orders.
package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() { log.Fatal(http.ListenAndServe("127.0.0.1:8080", shop())) }

func shop() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "order %s\n", r.PathValue("id"))
	})
	return mux
}
