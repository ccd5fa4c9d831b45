// Package orders is the shop's HTTP interface.
package orders

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/catalog"
	"example.com/shop/internal/stockclient"
)

// API answers the shop's requests.
type API struct {
	Catalog *catalog.Catalog
	Cache   *cache.Cache
	Stock   *stockclient.Client

	audits sync.WaitGroup
}

// Handler routes requests.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products", a.list)
	mux.HandleFunc("GET /products/{id}", a.show)
	mux.HandleFunc("POST /orders", a.order)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// Wait blocks until no audit entry is being written.
func (a *API) Wait() { a.audits.Wait() }

func (a *API) list(w http.ResponseWriter, r *http.Request) {
	products, err := a.Catalog.Products(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, products)
}

func (a *API) show(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(w, "id is not a number", http.StatusBadRequest)
		return
	}
	product, err := a.product(r, id)
	if err != nil {
		fail(w, r, err)
		return
	}
	level, err := a.Stock.Level(r.Context(), id)
	if err != nil {
		fail(w, r, err)
		return
	}
	slog.InfoContext(r.Context(), "product shown", "product", id, "level", level)
	answer(w, http.StatusOK, map[string]any{"product": product, "level": level})
}

// product looks into the cache first.
func (a *API) product(r *http.Request, id int64) (catalog.Product, error) {
	var product catalog.Product
	stored, ok, err := a.Cache.Get(r.Context(), id)
	if err != nil {
		return product, err
	}
	if ok {
		return product, json.Unmarshal(stored, &product)
	}
	if product, err = a.Catalog.Product(r.Context(), id); err != nil {
		return product, err
	}
	encoded, err := json.Marshal(product)
	if err != nil {
		return product, err
	}
	return product, a.Cache.Set(r.Context(), id, encoded)
}

func (a *API) order(w http.ResponseWriter, r *http.Request) {
	var body struct{ Product, Quantity int64 }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Quantity < 1 {
		http.Error(w, "want a product and a quantity", http.StatusBadRequest)
		return
	}
	id, err := a.Catalog.Order(r.Context(), body.Product, body.Quantity, func() error {
		return a.Stock.Reserve(r.Context(), body.Product, body.Quantity)
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	a.audits.Add(1)
	go func() {
		defer a.audits.Done()
		if err := a.Catalog.Audit(fmt.Sprintf("order %d of product %d", id, body.Product)); err != nil {
			slog.Error("audit failed", "error", err)
			return
		}
		slog.Info("order audited", "order", id)
	}()
	slog.Info("order placed", "order", id)
	answer(w, http.StatusCreated, map[string]int64{"order": id})
}

func fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, stockclient.ErrSoldOut):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Error("answer not written", "error", err)
	}
}
