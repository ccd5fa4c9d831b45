package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// load sends requests to a shop.
type load struct {
	client  http.Client
	base    string
	workers int
}

func newLoad(base string) *load {
	const workers = 32
	return &load{
		client:  http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}, Timeout: 10 * time.Second},
		base:    base,
		workers: workers,
	}
}

func (l *load) close() { l.client.CloseIdleConnections() }

// one sends the n-th request: of ten, six show a product, three list all, one places an order.
func (l *load) one(n int) error {
	var response *http.Response
	var err error
	want := http.StatusOK
	switch n % 10 {
	case 0:
		want = http.StatusCreated
		body := fmt.Sprintf(`{"product":%d,"quantity":1}`, n/10%3+1)
		response, err = l.client.Post(l.base+"/orders", "application/json", strings.NewReader(body))
	case 3, 6, 9:
		response, err = l.client.Get(l.base + "/products")
	default:
		response, err = l.client.Get(l.base + "/products/" + [...]string{"1", "2", "3"}[n%3])
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != want {
		return fmt.Errorf("%s %s: %s", response.Request.Method, response.Request.URL.Path, response.Status)
	}
	return nil
}

// latencies are those of requests, in order of length.
type latencies []time.Duration

func (l latencies) quantile(q float64) time.Duration { return l[int(q*float64(len(l)-1))] }

// fixed sends requests at a rate, whether earlier ones are answered or not. A request's latency counts
// from when it was due.
func (l *load) fixed(rate int, duration time.Duration) (latencies, error) {
	total := int(float64(rate) * duration.Seconds())
	interval := time.Second / time.Duration(rate)
	begin := time.Now()
	return l.spread(func(n int) (time.Time, bool) {
		due := begin.Add(time.Duration(n) * interval)
		time.Sleep(time.Until(due))
		return due, n < total
	})
}

// most sends requests as fast as they are answered.
func (l *load) most(duration time.Duration) (latencies, error) {
	end := time.Now().Add(duration)
	return l.spread(func(int) (time.Time, bool) {
		now := time.Now()
		return now, now.Before(end)
	})
}

// spread has the workers send one request after the other, each when next returns, until it says that
// there are no more.
func (l *load) spread(next func(n int) (due time.Time, more bool)) (latencies, error) {
	var count atomic.Int64
	var all sync.WaitGroup
	took := make([]latencies, l.workers)
	failures := make([]error, l.workers)
	for w := range l.workers {
		all.Go(func() {
			for failures[w] == nil {
				n := int(count.Add(1) - 1)
				due, more := next(n)
				if !more {
					return
				}
				failures[w] = l.one(n)
				took[w] = append(took[w], time.Since(due))
			}
		})
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	merged := slices.Concat(took...)
	slices.Sort(merged)
	if len(merged) == 0 {
		return nil, fmt.Errorf("no request was sent")
	}
	return merged, nil
}
