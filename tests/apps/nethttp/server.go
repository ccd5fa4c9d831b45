package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
)

func routes() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, r.PathValue("id"))
	})
	mux.HandleFunc("POST /items", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("/files/{path...}", func(w http.ResponseWriter, r *http.Request) {})
	mux.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "broken", http.StatusServiceUnavailable)
	})
	server := serve(mux)
	defer server.Close()
	fetch("GET", server.URL+"/items/7?token=secret", "")
	fetch("POST", server.URL+"/items", "{}")
	fetch("GET", server.URL+"/files/a/b/c", "")
	fetch("GET", server.URL+"/broken", "")
	fetch("GET", server.URL+"/nowhere/4711", "")
	fetch("BREW", server.URL+"/files/pot", "")
}

// incoming sends raw requests, so that no client adds headers of its own.
func incoming() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header.Get("Traceparent"))
	}))
	defer server.Close()
	for _, header := range []string{
		"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"traceparent: 00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-00", // not sampled
		"traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01", // invalid
		"traceparent: ff-0af7651916cd43dd8448eb211c80319e-b7ad6b7169203331-01", // forbidden version
		"Accept: text/plain",
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Fprintf(conn, "GET /incoming HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: raw\r\n%s\r\nConnection: close\r\n\r\n", header)
		answer, err := io.ReadAll(conn)
		status, _, _ := strings.Cut(string(answer), "\r\n")
		fmt.Println(status, err)
		conn.Close()
	}
}

// writer prints what a handler can do with its response writer.
func writer() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, flusher := w.(http.Flusher)
		_, hijacker := w.(http.Hijacker)
		_, readerFrom := w.(io.ReaderFrom)
		_, stringWriter := w.(io.StringWriter)
		_, pusher := w.(http.Pusher)
		controller := http.NewResponseController(w)
		fmt.Println(flusher, hijacker, readerFrom, stringWriter, pusher)
		fmt.Println(controller.SetWriteDeadline(time.Now().Add(time.Minute)), controller.EnableFullDuplex())
		switch r.URL.Path {
		case "/explicit":
			w.WriteHeader(http.StatusOK)
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
		case "/twice":
			w.WriteHeader(http.StatusTeapot)
			w.WriteHeader(http.StatusOK)
		case "/flush":
			fmt.Println(controller.Flush())
		case "/hijack":
			conn, buffered, err := controller.Hijack()
			if err != nil {
				fmt.Println(err)
				return
			}
			defer conn.Close()
			fmt.Fprint(buffered, "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			buffered.Flush()
		}
	}))
	defer server.Close()
	for _, path := range []string{"/implicit", "/explicit", "/early", "/twice", "/flush", "/hijack"} {
		fetch("GET", server.URL+path, "")
	}
}

func http2() {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		r.URL = &url.URL{Path: "/elsewhere"}
		switch path {
		case "/missing":
			http.NotFound(w, r)
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusTeapot)
		case "/goroutine":
			written := make(chan bool)
			go func() {
				w.WriteHeader(http.StatusTeapot)
				close(written)
			}()
			<-written
		}
		fmt.Fprint(w, r.Proto)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the second final header
	server.StartTLS()
	defer server.Close()
	for _, path := range []string{"/", "/missing", "/early", "/goroutine"} {
		show(server.Client().Get(server.URL + path))
	}
}

// panics has handlers that panic; the server closes their connections.
func panics() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/abort":
			panic(http.ErrAbortHandler)
		case "/error":
			panic(fmt.Errorf("cannot: %w", io.ErrUnexpectedEOF))
		case "/exit":
			runtime.Goexit()
		}
		panic("handler failed")
	}))
	defer server.Close()
	for _, path := range []string{"/panic", "/abort", "/error", "/exit", "/panic"} {
		fetch("GET", server.URL+path, "")
	}
}

// panics2 has handlers of HTTP/2 that panic.
func panics2() {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		panic("handler failed")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.StartTLS()
	for _, path := range []string{"/panic", "/abort"} {
		show(server.Client().Get(server.URL + path))
	}
	server.Close()
	// The client knows before the handler's goroutine has ended.
	stacks := make([]byte, 1<<20)
	for strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "runHandler") {
		time.Sleep(time.Millisecond)
	}
}

// keepalive sends two requests over one connection, and starts a goroutine in the first of them.
func keepalive() {
	server := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for _, path := range []string{"/first", "/second"} {
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
		show(http.ReadResponse(reader, nil))
	}
}

// scraped asks for what Prometheus would ask for, from the address in SCRAPE, after some requests.
func scraped() {
	routes()
	fetch("GET", os.Getenv("SCRAPE"), "")
}
