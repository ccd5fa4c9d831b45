package export

import (
	"slices"

	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

// The requests of all signals have one shape (opentelemetry/proto/collector/*):
//
//	request  { repeated resourceItems = 1 }
//	resourceItems { resource = 1; repeated scopeItems = 2; schema_url = 3 }
//	scopeItems { scope = 1; repeated items = 2; schema_url = 3 }
//
// and the queue holds the items with the tag of their field in front.
const (
	tagFirst  = 1<<3 | wire.Bytes
	tagSecond = 2<<3 | wire.Bytes
	tagSchema = 3<<3 | wire.Bytes
)

// maxRequest is how many bytes of items a request holds, unless a single item is
// larger. Receivers commonly refuse more than 4 MiB.
const maxRequest = 2 << 20

// batch is a part of what is to be sent, of a size that one request may have.
type batch struct {
	items []queue.Item
	bytes int
}

// nextBatch takes at most most items off, but at least one, and returns what is left.
func nextBatch(items []queue.Item, most int) (batch, []queue.Item) {
	var b batch
	n := 0
	for n < min(most, len(items)) {
		size := b.bytes + len(items[n].Bytes)
		if n > 0 && size > maxRequest {
			break
		}
		b.bytes = size
		n++
	}
	b.items = items[:n]
	return b, items[n:]
}

// appendRequest appends the request with the batch to dst. resource is an encoded
// Resource, schemaURL that of the semantic conventions.
func (b batch) appendRequest(dst, resource []byte, schemaURL string) []byte {
	type group struct {
		scope *queue.Scope
		size  int // of scopeItems
	}
	schema := wire.SizeBytes(len(schemaURL))
	var groups []group // few, in the order in which they come
	for _, item := range b.items {
		i := slices.IndexFunc(groups, func(g group) bool { return g.scope == item.Scope })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{item.Scope, wire.SizeBytes(len(item.Scope.Encoded())) + schema})
		}
		groups[i].size += len(item.Bytes)
	}
	size := wire.SizeBytes(len(resource)) + schema
	for _, g := range groups {
		size += wire.SizeBytes(g.size)
	}
	dst = append(dst, tagFirst)
	dst = wire.AppendVarint(dst, uint64(size))
	dst = wire.AppendBytes(dst, tagFirst, resource)
	for _, g := range groups {
		dst = append(dst, tagSecond)
		dst = wire.AppendVarint(dst, uint64(g.size))
		dst = wire.AppendBytes(dst, tagFirst, g.scope.Encoded())
		for _, item := range b.items {
			if item.Scope == g.scope {
				dst = append(dst, item.Bytes...)
			}
		}
		dst = wire.AppendString(dst, tagSchema, schemaURL)
	}
	return wire.AppendString(dst, tagSchema, schemaURL)
}
