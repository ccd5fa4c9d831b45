// Command cgo has a main function in a file that imports "C".
package main

// static int twice(int n) { return 2 * n; }
import "C"

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"example.com/cgo/internal/sum"
)

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, C.twice(21))
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/twice")
	if err != nil {
		fmt.Println(err)
		return
	}
	response.Body.Close()
	fmt.Println(int(C.twice(4)), sum.Of(1, 2))
}
