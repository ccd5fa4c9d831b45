// Package stockclient asks the stock service over HTTP.
package stockclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ErrSoldOut is returned when less is left than was asked for.
var ErrSoldOut = errors.New("sold out")

// Client asks the stock service at Base, such as "http://127.0.0.1:8081".
type Client struct {
	Base string
	HTTP http.Client
}

// Level returns how many pieces of a product are left.
func (c *Client) Level(ctx context.Context, product int64) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/stock/%d", c.Base, product), nil)
	if err != nil {
		return 0, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("stock service: %s", response.Status)
	}
	var body struct{ Level int64 }
	err = json.NewDecoder(response.Body).Decode(&body)
	return body.Level, err
}

// Reserve takes pieces of a product out of the stock.
func (c *Client) Reserve(ctx context.Context, product, quantity int64) error {
	body, err := json.Marshal(map[string]int64{"quantity": quantity})
	if err != nil {
		return err
	}
	url := fmt.Sprintf("%s/stock/%d/reservations", c.Base, product)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusCreated:
		return nil
	case http.StatusConflict:
		return ErrSoldOut
	default:
		return fmt.Errorf("stock service: %s", response.Status)
	}
}
