package ledger

import (
	"errors"
	"testing"

	"example.com/ledger"
	"go.weft.dev/sdk/trace"
	"go.weft.dev/sdk/trace/tracetest"
)

func TestAPostingThatFails(t *testing.T) {
	span, _ := beforePost("ledger.test", t.Context(), ledger.Entry{Account: "rent"})
	afterPost(span, errors.New("an entry has an amount"))
	got := tracetest.One(t)
	got.Check(t, map[string]any{"server.address": "ledger.test", "ledger.account": "rent"})
	if got.Name != "post rent" || got.Kind != trace.KindClient || got.Status != trace.StatusError || len(got.Events) != 1 {
		t.Errorf("got %+v", got)
	}
}
