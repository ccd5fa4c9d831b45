package queue

import "encoding/binary"

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

// AppendItems appends the items of b, which refer to its memory.
func (b Block) AppendItems(to []Item) []Item {
	scopes := *known.Load()
	for rest := b.bytes; len(rest) > 0; {
		var scope uint64
		var item []byte
		scope, item, rest = first(rest)
		to = append(to, Item{scopes[scope], item})
	}
	return to
}

// Size is how many bytes the items of b have.
func (b Block) Size() (size int) {
	for rest := b.bytes; len(rest) > 0; {
		var item []byte
		_, item, rest = first(rest)
		size += len(item)
	}
	return size
}

// first takes the first item, and the number of its scope, off the bytes of a block.
func first(b []byte) (scope uint64, item, rest []byte) {
	scope, n := binary.Uvarint(b)
	b = b[n:]
	length, n := binary.Uvarint(b[1:]) // behind the tag
	end := 1 + n + int(length)
	return scope, b[:end:end], b[end:]
}
