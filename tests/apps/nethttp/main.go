// Command nethttp plays scenes between HTTP clients and servers. Each argument names one.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
)

var scenes = map[string]func(){
	"routes":    routes,
	"incoming":  incoming,
	"outgoing":  outgoing,
	"writer":    writer,
	"http2":     http2,
	"keepalive": keepalive,
	"failures":  failures,
	"panics":    panics,
	"panics2":   panics2,
	"proxy":     proxy,
	"dump":      dump,
	"goroutine": goroutine,
	"redirect":  redirect,
	"streaming": streaming,
	"scraped":   scraped,
}

func main() {
	log.SetFlags(0)
	for _, name := range os.Args[1:] {
		scene, ok := scenes[name]
		if !ok {
			log.Fatalf("no scene %q", name)
		}
		scene()
	}
}

func serve(handler http.Handler) *httptest.Server {
	server := httptest.NewServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// fetch sends a request and prints what came back.
func fetch(method, url, body string, header ...string) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	show(http.DefaultClient.Do(request))
}

func show(response *http.Response, err error) {
	if err != nil {
		fmt.Println("failed")
		return
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, strings.TrimSpace(string(text)), err)
}
