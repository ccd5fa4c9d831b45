// Package billing knows nothing of telemetry.
package billing

import (
	"context"
	"errors"
)

type Order struct {
	ID    string
	Cents int
}

type Service struct{}

// Charge calls what is not told of a context, and what is not named by a rule.
func (s *Service) Charge(ctx context.Context, order *Order) (receipt string, err error) {
	if order.Cents == 0 {
		return "", errors.New("nothing to charge")
	}
	for attempt := 1; attempt < 3; attempt++ {
		retry(attempt)
	}
	s.book(order)
	return "r-" + order.ID, nil
}

func (s *Service) book(order *Order) { audit(*order) }

func retry(attempt int) {}

//weft:span audit order.id=order.ID
func audit(order Order) {}
