// Package withmain has a TestMain that ends the process itself.
package withmain

import (
	"fmt"
	"os"
	"testing"

	"example.com/small/plain"
)

func TestMain(m *testing.M) {
	fmt.Println("set up")
	code := m.Run()
	fmt.Println("tear down")
	os.Exit(code)
}

func TestAnswer(t *testing.T) {
	if _, err := plain.Answer("with_main"); err != nil {
		t.Fatal(err)
	}
}
