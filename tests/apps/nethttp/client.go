package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// outgoing shows the headers that a server gets, and the ones the caller's request has afterwards.
func outgoing() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "traceparent=%d baggage=%q", len(r.Header.Values("Traceparent")), r.Header.Get("Baggage"))
	}))
	defer server.Close()
	request, err := http.NewRequest("GET", server.URL+"/outgoing?token=secret", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(http.DefaultClient.Do(request))
	fmt.Println("caller's headers", len(request.Header))
	show(http.DefaultTransport.RoundTrip(request))
	show((&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Head(server.URL + "/outgoing"))
}

func failures() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	closed := listener.Addr().String()
	listener.Close()
	fetch("GET", "http://"+closed+"/refused", "")

	slow := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", slow.URL+"/slow", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(http.DefaultClient.Do(request))

	missing := serve(http.NotFoundHandler())
	defer missing.Close()
	fetch("GET", missing.URL+"/missing", "")
}

func proxy() {
	backend := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "backend") }))
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	front := serve(httputil.NewSingleHostReverseProxy(target))
	defer front.Close()
	fetch("GET", front.URL+"/through", "")
}

// goroutine calls another server from a goroutine that has no context and outlives the request.
// dump shows a request as it would be sent, and then sends one.
func dump() {
	backend := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "backend") }))
	defer backend.Close()
	front := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := http.NewRequestWithContext(r.Context(), "POST", "https://example.com/dumped", strings.NewReader("body"))
		if err != nil {
			fmt.Println(err)
			return
		}
		dump, err := httputil.DumpRequestOut(request, true)
		fmt.Printf("%q %v\n", dump, err)
		fetch("GET", backend.URL, "")
	}))
	defer front.Close()
	fetch("GET", front.URL, "")
}

func goroutine() {
	backend := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "late") }))
	defer backend.Close()
	answered, done := make(chan struct{}), make(chan struct{})
	front := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() {
			defer close(done)
			<-answered
			fetch("GET", backend.URL+"/late", "")
		}()
	}))
	defer front.Close()
	fetch("GET", front.URL+"/front", "")
	close(answered)
	<-done
}

func redirect() {
	mux := http.NewServeMux()
	mux.Handle("/old", http.RedirectHandler("/new", http.StatusFound))
	mux.HandleFunc("/new", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "new") })
	server := serve(mux)
	defer server.Close()
	fetch("GET", server.URL+"/old", "")
}

// streaming reads a response whose end comes later than its header.
func streaming() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			fmt.Fprintln(w, "part")
			http.NewResponseController(w).Flush()
		}
	}))
	defer server.Close()
	response, err := http.Get(server.URL + "/streaming")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := io.Copy(io.Discard, response.Body)
	response.Body.Close()
	fmt.Println(n, err)
}
