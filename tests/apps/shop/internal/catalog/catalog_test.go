package catalog

import (
	"context"
	"errors"
	"testing"
)

func TestProductIsFound(t *testing.T) {
	c, err := Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p, err := c.Product(context.Background(), 2)
	if err != nil || p.Name != "kettle" {
		t.Fatalf("Product(2) = %v, %v", p, err)
	}
	if _, err := c.Product(context.Background(), 99); !errors.Is(err, ErrNotFound) {
		t.Fatalf("Product(99) = %v, want ErrNotFound", err)
	}
}
