package orders_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/catalog"
	"example.com/shop/internal/inventory"
	"example.com/shop/internal/orders"
	"example.com/shop/internal/stockclient"
)

func start(t *testing.T) string {
	t.Helper()
	stock, err := inventory.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stock.Close() })
	stockServer := httptest.NewServer(stock.Handler())
	t.Cleanup(stockServer.Close)

	products, err := catalog.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { products.Close() })
	redis, err := cache.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { redis.Close() })
	api := &orders.API{Catalog: products, Cache: redis, Stock: &stockclient.Client{Base: stockServer.URL}}
	t.Cleanup(api.Wait)
	server := httptest.NewServer(api.Handler())
	t.Cleanup(server.Close)
	return server.URL
}

func TestRequests(t *testing.T) {
	base := start(t)
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/products", "", 200},
		{"GET", "/products/1", "", 200},
		{"GET", "/products/1", "", 200},
		{"GET", "/products/99", "", 404},
		{"GET", "/products/x", "", 400},
		{"POST", "/orders", `{"product": 1, "quantity": 2}`, 201},
		{"POST", "/orders", `{"product": 3, "quantity": 1000}`, 409},
		{"GET", "/healthz", "", 204},
	} {
		t.Run(fmt.Sprint(test.method, test.path), func(t *testing.T) {
			request, err := http.NewRequest(test.method, base+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
		})
	}
}
