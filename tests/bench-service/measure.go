package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"go.weft.dev/bench/receiver"
)

// phase is what a variant did under one kind of load.
type phase struct {
	requests int
	cpu      time.Duration // of both services, for each request
	p50, p99 time.Duration
	rate     float64 // requests a second
}

// result is what a variant did in one round.
type result struct {
	fixed, most phase
	resident    int     // bytes of both services, at the end
	spans       float64 // that arrived, for each request
}

// measure runs both services of a variant, from start to end.
func measure(v variant, c config, redis string, backend *receiver.Receiver) (result, error) {
	backend.Reset()
	stock, err := start(v, "stock", backend)
	if err != nil {
		return result{}, err
	}
	shop, err := start(v, "shop", backend, "-redis", redis, "-stock", "http://"+stock.address)
	if err != nil {
		return result{}, errors.Join(err, stock.stop())
	}
	r, requests, err := under(c, shop, stock)
	if err := errors.Join(err, shop.stop(), stock.stop()); err != nil {
		return r, err
	}
	r.spans = float64(backend.Spans()) / float64(requests)
	return r, nil
}

// under puts the services under load. It returns how many requests were sent in all.
func under(c config, shop, stock *process) (r result, requests int, err error) {
	if err := fill(stock.address); err != nil {
		return r, 0, err
	}
	l := newLoad("http://" + shop.address)
	defer l.close()
	warm, err := l.fixed(c.rate, time.Second)
	if err != nil {
		return r, 0, err
	}
	services := []*process{shop, stock}
	r.fixed, err = loaded(services, func() (latencies, error) {
		return l.fixed(c.rate, time.Duration(c.seconds)*time.Second)
	})
	if err != nil {
		return r, 0, err
	}
	r.most, err = loaded(services, func() (latencies, error) { return l.most(saturation(c)) })
	if err != nil {
		return r, 0, err
	}
	for _, p := range services {
		bytes, err := p.resident()
		if err != nil {
			return r, 0, err
		}
		r.resident += bytes
	}
	return r, len(warm) + r.fixed.requests + r.most.requests, nil
}

// loaded says what the services did under a load.
func loaded(services []*process, load func() (latencies, error)) (p phase, err error) {
	before, err := cpu(services)
	if err != nil {
		return p, err
	}
	began := time.Now()
	took, err := load()
	if err != nil {
		return p, err
	}
	elapsed := time.Since(began)
	after, err := cpu(services)
	if err != nil {
		return p, err
	}
	return phase{
		requests: len(took),
		cpu:      (after - before) / time.Duration(len(took)),
		p50:      took.quantile(0.5),
		p99:      took.quantile(0.99),
		rate:     float64(len(took)) / elapsed.Seconds(),
	}, nil
}

// cpu is what the services have used together.
func cpu(services []*process) (sum time.Duration, err error) {
	for _, p := range services {
		used, err := p.cpu()
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

// fill gives the stock service more of everything than can be ordered.
func fill(stock string) error {
	for product := 1; product <= 3; product++ {
		url := fmt.Sprintf("http://%s/stock/%d/reservations", stock, product)
		response, err := http.Post(url, "application/json", strings.NewReader(`{"quantity":-1000000000}`))
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			return fmt.Errorf("%s: %s", url, response.Status)
		}
	}
	return nil
}
