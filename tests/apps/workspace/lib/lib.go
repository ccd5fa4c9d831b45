// Package lib is a module of its own, found through go.work only.
package lib

import (
	"net/http"
	"net/http/httptest"
)

// Fetch serves one request of its own and returns the status code.
func Fetch(path string) (int, error) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	response, err := http.Get(server.URL + path)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
