package wire

import "encoding/binary"

// Field is one decoded field. Value holds the number of a varint, fixed32 or
// fixed64 field; Data the bytes of a length-delimited one.
type Field struct {
	Number int
	Type   int
	Value  uint64
	Data   []byte
}

// Next decodes the first field of b and returns what follows it. ok is false
// at the end of b and where b is malformed.
func Next(b []byte) (f Field, rest []byte, ok bool) {
	tag, n := binary.Uvarint(b)
	if n <= 0 {
		return Field{}, nil, false
	}
	f.Number, f.Type = int(tag>>3), int(tag&7)
	b = b[n:]
	switch f.Type {
	case Varint:
		f.Value, n = binary.Uvarint(b)
		if n <= 0 {
			return Field{}, nil, false
		}
		return f, b[n:], true
	case Fixed64:
		if len(b) < 8 {
			return Field{}, nil, false
		}
		f.Value = binary.LittleEndian.Uint64(b)
		return f, b[8:], true
	case Fixed32:
		if len(b) < 4 {
			return Field{}, nil, false
		}
		f.Value = uint64(binary.LittleEndian.Uint32(b))
		return f, b[4:], true
	case Bytes:
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return Field{}, nil, false
		}
		end := n + int(size)
		f.Data = b[n:end:end]
		return f, b[end:], true
	}
	return Field{}, nil, false
}
