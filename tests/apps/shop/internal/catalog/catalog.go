// Package catalog keeps the shop's products and orders in a SQL database.
package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// ErrNotFound is returned for a product that the catalog does not have.
var ErrNotFound = errors.New("no such product")

// Product is something the shop sells.
type Product struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Cents int64  `json:"cents"`
}

// Catalog is the shop's database.
type Catalog struct {
	db *sql.DB
}

const schema = `
CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, product INTEGER NOT NULL, quantity INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, entry TEXT NOT NULL);
INSERT OR IGNORE INTO products VALUES (1, 'teapot', 1800), (2, 'kettle', 3200), (3, 'cup', 450);
`

// Open opens the database named by dsn and creates what it lacks.
func Open(dsn string) (*Catalog, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	return New(db)
}

// New takes over a database and creates what it lacks.
func New(db *sql.DB) (*Catalog, error) {
	db.SetMaxOpenConns(1) // one writer; and an in-memory database lives in its connection
	if _, err := db.Exec(schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("create schema: %w", err)
	}
	return &Catalog{db: db}, nil
}

// Close closes the database.
func (c *Catalog) Close() error { return c.db.Close() }

// Products lists all products by id.
func (c *Catalog) Products(ctx context.Context) ([]Product, error) {
	rows, err := c.db.QueryContext(ctx, "SELECT id, name, cents FROM products ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var products []Product
	for rows.Next() {
		var p Product
		if err := rows.Scan(&p.ID, &p.Name, &p.Cents); err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return products, rows.Err()
}

// Product returns one product.
func (c *Catalog) Product(ctx context.Context, id int64) (Product, error) {
	p := Product{ID: id}
	row := c.db.QueryRowContext(ctx, "SELECT name, cents FROM products WHERE id = ?", id)
	err := row.Scan(&p.Name, &p.Cents)
	if errors.Is(err, sql.ErrNoRows) {
		return Product{}, ErrNotFound
	}
	return p, err
}

// Order stores an order in a transaction. The transaction is rolled back when reserve fails.
func (c *Catalog) Order(ctx context.Context, product, quantity int64, reserve func() error) (int64, error) {
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	result, err := tx.ExecContext(ctx, "INSERT INTO orders (product, quantity) VALUES (?, ?)", product, quantity)
	if err != nil {
		return 0, err
	}
	if err := reserve(); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// Audit appends to the audit log. It takes no context: an entry is written even when the request
// that caused it was given up.
func (c *Catalog) Audit(entry string) error {
	_, err := c.db.Exec("INSERT INTO audit (entry) VALUES (?)", entry)
	return err
}
