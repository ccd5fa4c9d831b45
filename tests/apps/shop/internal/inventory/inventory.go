// Package inventory is the stock service: how many pieces of each product are left.
package inventory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// Inventory is the stock service's database.
type Inventory struct {
	db *sql.DB
}

const schema = `
CREATE TABLE IF NOT EXISTS stock (product INTEGER PRIMARY KEY, level INTEGER NOT NULL);
INSERT OR IGNORE INTO stock VALUES (1, 100), (2, 25), (3, 10);
`

// Open opens the database named by dsn and creates what it lacks.
func Open(dsn string) (*Inventory, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	return New(db)
}

// New takes over a database and creates what it lacks.
func New(db *sql.DB) (*Inventory, error) {
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("create schema: %w", err)
	}
	return &Inventory{db: db}, nil
}

// Close closes the database.
func (i *Inventory) Close() error { return i.db.Close() }

// Handler routes requests.
func (i *Inventory) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stock/{product}", i.show)
	mux.HandleFunc("POST /stock/{product}/reservations", i.reserve)
	return mux
}

func (i *Inventory) show(w http.ResponseWriter, r *http.Request) {
	product, err := strconv.ParseInt(r.PathValue("product"), 10, 64)
	if err != nil {
		http.Error(w, "product is not a number", http.StatusBadRequest)
		return
	}
	level, err := i.level(r.Context(), product)
	if err != nil {
		fail(w, r, err)
		return
	}
	slog.InfoContext(r.Context(), "level read", "product", product)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"level":%d}`, level)
}

func (i *Inventory) level(ctx context.Context, product int64) (level int64, err error) {
	err = i.db.QueryRowContext(ctx, "SELECT level FROM stock WHERE product = ?", product).Scan(&level)
	return level, err
}

func (i *Inventory) reserve(w http.ResponseWriter, r *http.Request) {
	product, err := strconv.ParseInt(r.PathValue("product"), 10, 64)
	var body struct{ Quantity int64 }
	if err == nil {
		err = json.NewDecoder(r.Body).Decode(&body)
	}
	if err != nil {
		http.Error(w, "want a product and a quantity", http.StatusBadRequest)
		return
	}
	statement, err := i.db.PrepareContext(r.Context(), "UPDATE stock SET level = level - ? WHERE product = ? AND level >= ?")
	if err != nil {
		fail(w, r, err)
		return
	}
	defer statement.Close()
	result, err := statement.ExecContext(r.Context(), body.Quantity, product, body.Quantity)
	if err != nil {
		fail(w, r, err)
		return
	}
	if changed, err := result.RowsAffected(); err != nil {
		fail(w, r, err)
		return
	} else if changed == 0 {
		http.Error(w, "sold out", http.StatusConflict)
		return
	}
	slog.Info("reserved", "product", product, "quantity", body.Quantity)
	w.WriteHeader(http.StatusCreated)
}

func fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, sql.ErrNoRows) {
		http.Error(w, "no such product", http.StatusNotFound)
		return
	}
	slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}
