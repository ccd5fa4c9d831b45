// Command stdlog logs in every way the package log has, within and outside of a request. With an argument
// it ends by log.Fatal.
package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
)

func main() {
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	log.Println("outside")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Println("inside")
		log.SetFlags(log.Lshortfile | log.Lmsgprefix)
		log.SetPrefix("prefix: ")
		log.Printf("inside with a place")
		log.SetFlags(0)
		log.SetPrefix("")
		log.Print("inside, first line\nsecond line")
		log.Println("own trace_id=1")
		log.Println(`{"message":"inside as JSON"}`)
		log.Println(`{"message":"own as JSON","trace_id":"1"}`)
		fmt.Fprintln(log.New(os.Stdout, "", 0).Writer(), "outside of the package")
		log.New(io.Discard, "", 0).Println("discarded")
		done := make(chan struct{})
		go func() {
			defer close(done)
			log.New(os.Stdout, "other: ", 0).Println("inside a goroutine")
		}()
		<-done
		slog.Info("inside by the default logger of slog", "n", 1) // which writes by the package log
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/log")
	if err != nil {
		log.Fatal(err)
	}
	response.Body.Close()
	log.Println("outside, afterwards")
	if len(os.Args) > 1 {
		log.Fatal("outside: fatal")
	}
}
