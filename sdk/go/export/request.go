package export

import (
	"encoding/binary"
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

// batch is a part of what the queue held, of a size that one request may have.
type batch struct {
	parts        []part
	items, bytes int
}

// part is a run of encoded items of one scope.
type part struct {
	scope *queue.Scope
	bytes []byte
}

// nextBatch takes at most most items off chunks, which must be grouped by scope,
// and returns what is left.
func nextBatch(chunks []queue.Chunk, most int) (batch, []queue.Chunk) {
	var b batch
	for len(chunks) > 0 && b.items < most {
		c := &chunks[0]
		n, items := len(c.Bytes), c.Items
		if items > most-b.items || n > maxRequest-b.bytes {
			n, items = cut(c.Bytes, most-b.items, maxRequest-b.bytes, b.items == 0)
		}
		if items == 0 {
			break
		}
		b.parts = append(b.parts, part{c.Scope, c.Bytes[:n]})
		b.items += items
		b.bytes += n
		c.Bytes, c.Items = c.Bytes[n:], c.Items-items
		if c.Items > 0 {
			break
		}
		chunks = chunks[1:]
	}
	return b, chunks
}

// cut returns how many bytes and items at the front of b make at most most items
// and size bytes, but at least one item where one is asked for.
func cut(b []byte, most, size int, one bool) (n, items int) {
	for n < len(b) && items < most {
		length, width := binary.Uvarint(b[n+1:])
		next := n + 1 + width + int(length)
		if next > size && !(one && items == 0) {
			break
		}
		n = next
		items++
	}
	return n, items
}

// group sorts chunks by scope, so that each scope occurs once in a request.
func group(chunks []queue.Chunk) {
	slices.SortStableFunc(chunks, func(a, b queue.Chunk) int { return a.Scope.Compare(b.Scope) })
}

// appendRequest appends the request with the batch to dst. resource is an encoded
// Resource, schemaURL that of the semantic conventions.
func (b batch) appendRequest(dst, resource []byte, schemaURL string) []byte {
	type group struct {
		scope *queue.Scope
		size  int // of scopeItems
		parts []part
	}
	schema := wire.SizeBytes(len(schemaURL))
	var groups []group
	for i, p := range b.parts {
		if len(groups) == 0 || groups[len(groups)-1].scope != p.scope {
			groups = append(groups, group{scope: p.scope, size: wire.SizeBytes(len(p.scope.Encoded())) + schema, parts: b.parts[i:i]})
		}
		g := &groups[len(groups)-1]
		g.size += len(p.bytes)
		g.parts = g.parts[:len(g.parts)+1]
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
		for _, p := range g.parts {
			dst = append(dst, p.bytes...)
		}
		dst = wire.AppendString(dst, tagSchema, schemaURL)
	}
	return wire.AppendString(dst, tagSchema, schemaURL)
}
