package queue

import (
	"encoding/binary"

	"go.weft.dev/sdk/internal/wire"
)

// blockSize is how large most blocks are: a batch of spans takes some of them, so little of
// their memory is without use.
const blockSize = 16 << 10

// Block holds items of any scopes, in the order in which they came.
type Block struct {
	Items int
	bytes []byte // each item behind the number of its scope
}

// Item is an encoded item of a scope: a field with tag, length and message.
type Item struct {
	Scope *Scope
	Bytes []byte
}

// All yields the items of b, which refer to its memory.
func (b Block) All(yield func(Item) bool) {
	scopes := *known.Load()
	for left := b.bytes; len(left) > 0; {
		scope, n := binary.Uvarint(left)
		left = left[n:]
		_, rest, _ := wire.Next(left)
		end := len(left) - len(rest)
		if !yield(Item{scopes[scope], left[:end:end]}) {
			return
		}
		left = rest
	}
}

// Size is how many bytes the items of b have.
func (b Block) Size() (size int) {
	for item := range b.All {
		size += len(item.Bytes)
	}
	return size
}
