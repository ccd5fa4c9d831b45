// Package ledger makes spans of postings to example.com/ledger.
package ledger

import (
	"context"

	"example.com/ledger"
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/trace"
)

var (
	scope         = trace.NewScope("go.weft.dev/plugins/ledger", "0.1.0")
	serverAddress = attribute.NewKey("server.address")
	account       = attribute.NewKey("ledger.account")
)

// beforePost starts the span of a posting. Hooks (*Client).Post.
func beforePost(address string, ctx context.Context, entry ledger.Entry) (*trace.Span, context.Context) {
	span, ctx := scope.Start(ctx, "post "+entry.Account, trace.KindClient)
	span.SetString(serverAddress, address)
	span.SetString(account, entry.Account)
	return span, ctx
}

func afterPost(span *trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
		span.SetError(err.Error())
	}
	span.End()
}
