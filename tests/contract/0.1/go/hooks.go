// Package frozen shows the program what the plugin was told.
package frozen

import (
	"context"

	"go.weft.dev/sdk/trace"
)

func beforePost(asked, address string, ctx context.Context, entry string) (*trace.Span, context.Context, string) {
	span, ctx := trace.Start(ctx, "post", trace.KindClient)
	return span, ctx, entry + " to " + address
}

func afterPost(span *trace.Span, asked, id string) string {
	span.End()
	return id + "\n" + asked
}

func afterCurrent(string) string {
	if trace.Current() == nil {
		return "no span"
	}
	return "a span"
}

func beforeRepeat(count int) int { return count + 1 }
