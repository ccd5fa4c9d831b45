package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOrder(t *testing.T) {
	server := httptest.NewServer(shop())
	defer server.Close()
	response, err := http.Get(server.URL + "/orders/7")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "order 7\n" {
		t.Errorf("got %q, %v", body, err)
	}
}
