// Command exits queries a database a number of times and then ends in the way it is told to.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"example.com/small/internal/memdb"
	"example.com/small/internal/stopping"
)

func main() {
	queries := flag.Int("queries", 1, "how many queries to run")
	flag.Parse()
	db := memdb.Open()
	for range *queries {
		if _, err := memdb.Query(db, "SELECT value FROM things"); err != nil {
			log.Fatal(err)
		}
	}
	defer fmt.Println("deferred")
	switch how := flag.Arg(0); how {
	case "return":
		return
	case "exit":
		os.Exit(3)
	case "exit-value":
		end := os.Exit
		end(4)
	case "fatal":
		log.Fatalf("fatal: %d", 1)
	case "goroutine":
		go func() { log.Fatalln("fatal in a goroutine") }()
		select {}
	case "panic":
		panic("told to")
	case "goexit":
		go func() { time.Sleep(10 * time.Millisecond); os.Exit(5) }()
		runtime.Goexit()
	case "50ms":
		time.Sleep(50 * time.Millisecond)
	case "wait":
		fmt.Println("ready")
		select {}
	case "handler":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
		fmt.Println("ready")
		fmt.Println("got", <-signals)
		os.Exit(7)
	case "survive":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		fmt.Println("ready")
		fmt.Println("got", <-signals)
		if _, err := memdb.Query(db, "SELECT value FROM things"); err != nil {
			log.Fatal(err)
		}
		signal.Stop(signals)
		fmt.Println("again")
		select {}
	case "context", "context-elsewhere":
		on := stopping.On
		if how == "context" {
			on = signal.NotifyContext
		}
		ctx, stop := on(context.Background(), stopping.Term)
		fmt.Println("ready")
		<-ctx.Done()
		stop()
		fmt.Println("again")
		select {}
	case "reset":
		signal.Ignore(syscall.SIGTERM)
		signal.Reset()
		fmt.Println("ready")
		select {}
	case "ignore":
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("ready")
		time.Sleep(time.Second)
	default:
		log.Fatalf("unknown way to end: %q", how)
	}
}
