// Command concurrency hands work to timers, groups, pools and schedulers while it serves requests. What
// the work does shows as a request of its own, to /leaf/NAME.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"github.com/panjf2000/ants/v2"
	cron1 "github.com/robfig/cron"
	"github.com/robfig/cron/v3"
	"golang.org/x/sync/errgroup"
)

var base string

// leaf sends a request without a context.
func leaf(name string) { leafOf(context.Background(), name) }

func leafOf(ctx context.Context, name string) {
	r, err := http.NewRequestWithContext(ctx, "GET", base+"/leaf/"+name, nil)
	must(err)
	response, err := http.DefaultClient.Do(r)
	must(err)
	must(response.Body.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// An app keeps what requests share.
type app struct {
	pool      *ants.Pool
	functions *ants.PoolWithFunc
	first     context.Context    // of the first request of precedence
	cancel    context.CancelFunc // of a context that another request made
	cancelled chan bool
}

func (a *app) timer(w http.ResponseWriter, r *http.Request) {
	var all sync.WaitGroup
	all.Add(2)
	time.AfterFunc(time.Millisecond, func() {
		defer all.Done()
		leaf("timer")
		go func() {
			defer all.Done()
			leaf("timer-goroutine")
		}()
	})
	all.Wait()
}

func (a *app) register(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	a.cancel, a.cancelled = cancel, make(chan bool)
	context.AfterFunc(ctx, func() {
		defer close(a.cancelled)
		leaf("cancelled")
	})
}

func (a *app) cancelIt(w http.ResponseWriter, r *http.Request) {
	a.cancel()
	<-a.cancelled
}

func (a *app) group(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	g.SetLimit(2)
	for _, name := range []string{"group-1", "group-2", "group-3"} {
		g.Go(func() error { leaf(name); return nil })
	}
	g.Go(func() error { leafOf(ctx, "group-context"); return nil })
	must(g.Wait())
	if !g.TryGo(func() error { leaf("group-try"); return nil }) {
		must(errors.New("no room in the group"))
	}
	must(g.Wait())
}

func (a *app) submit(w http.ResponseWriter, r *http.Request) {
	name, done := r.URL.Query().Get("name"), make(chan bool)
	must(a.pool.Submit(func() {
		leaf(name)
		go func() { leaf(name + "-goroutine"); close(done) }()
	}))
	<-done
}

// An order is the argument of the pool's function.
type order struct {
	name string
	done chan bool
}

func (a *app) invoke(w http.ResponseWriter, r *http.Request) {
	o := order{r.URL.Query().Get("name"), make(chan bool)}
	must(a.functions.Invoke(o))
	<-o.done
}

func (a *app) cron(w http.ResponseWriter, r *http.Request) {
	done, old := make(chan bool, 10), make(chan bool, 10)
	three := cron.New()
	_, err := three.AddFunc("@every 1s", func() { leaf("cron"); done <- true })
	must(err)
	three.Start()
	one := cron1.New()
	must(one.AddFunc("@every 1s", func() { leaf("cron-v1"); old <- true }))
	one.Start()
	<-done
	<-old
	three.Stop()
	one.Stop()
	leaf("cron-after")
}

func (a *app) precedence(w http.ResponseWriter, r *http.Request) {
	if a.first == nil {
		a.first = context.WithoutCancel(r.Context())
		return
	}
	leafOf(a.first, "explicit")
	leaf("goroutine")
	leafOf(r.Context(), "own")
	done := make(chan bool)
	go func() {
		defer close(done)
		leafOf(a.first, "explicit-inherited")
		leaf("inherited")
	}()
	<-done
}

func (a *app) labels(w http.ResponseWriter, r *http.Request) {
	pprof.Do(context.Background(), pprof.Labels("a", "1"), func(context.Context) { leaf("labelled") })
	leaf("unlabelled")
}

// goroutines fails where the goroutine profile has other labels than the program's own.
func (a *app) goroutines(w http.ResponseWriter, r *http.Request) {
	var text bytes.Buffer
	pprof.Do(r.Context(), pprof.Labels("a", "1"), func(context.Context) {
		must(pprof.Lookup("goroutine").WriteTo(&text, 1))
	})
	for line := range strings.Lines(text.String()) {
		if labels, ok := strings.CutPrefix(line, "# labels: "); ok && labels != `{"a":"1"}`+"\n" {
			must(fmt.Errorf("labels of a goroutine: %s", labels))
		}
	}
	if !strings.Contains(text.String(), "# labels: ") {
		must(errors.New("no goroutine has labels"))
	}
	leaf("profiled")
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	base = "http://" + listener.Addr().String()
	a := &app{}
	// One worker each, so that requests share it.
	a.pool, err = ants.NewPool(1)
	must(err)
	a.functions, err = ants.NewPoolWithFunc(1, func(argument any) {
		o := argument.(order)
		leaf(o.name)
		close(o.done)
	})
	must(err)
	mux := http.NewServeMux()
	mux.HandleFunc("/leaf/{name}", func(http.ResponseWriter, *http.Request) {})
	for path, handler := range map[string]http.HandlerFunc{
		"/timer": a.timer, "/register": a.register, "/cancel": a.cancelIt, "/group": a.group,
		"/submit": a.submit, "/invoke": a.invoke, "/cron": a.cron, "/precedence": a.precedence,
		"/labels": a.labels, "/goroutines": a.goroutines, "/database": a.database,
	} {
		mux.HandleFunc(path, handler)
	}
	go func() { must(cmp.Or(http.Serve(listener, mux), http.ErrServerClosed)) }()
	for _, path := range os.Args[1:] {
		response, err := http.Get(base + path)
		must(err)
		fmt.Println(path, response.StatusCode)
		must(response.Body.Close())
	}
	done := make(chan bool)
	must(a.pool.Submit(func() { leaf("nobody"); close(done) }))
	<-done
}
