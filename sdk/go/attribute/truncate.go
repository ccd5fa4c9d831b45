package attribute

import (
	"slices"

	"go.weft.dev/sdk/internal/wire"
)

// Truncate cuts v to at most length characters. A negative length is no limit.
func Truncate(v string, length int) string {
	if length < 0 || len(v) <= length {
		return v
	}
	count := 0
	for i := range v {
		if count == length {
			return v[:i]
		}
		count++
	}
	return v
}

// Truncate returns a with its strings cut to at most length characters each, and
// arrays of bytes to so many bytes (common/README.md#attribute-limits).
func (a *Attribute) Truncate(length int) Attribute {
	cut := *a
	switch {
	case length < 0:
	case a.kind == kindString:
		cut = a.key.String(Truncate(a.text(), length))
	case a.kind == kindStrings:
		list := slices.Clone(a.strings())
		for i, s := range list {
			list[i] = Truncate(s, length)
		}
		cut = a.key.Strings(list)
	case a.kind == kindEncoded:
		cut = a.key.text(kindEncoded, string(appendTruncated(nil, []byte(a.text()), length)))
	}
	return cut
}

// appendTruncated appends the fields of an AnyValue, with all that is nested in it
// cut to length.
func appendTruncated(b, value []byte, length int) []byte {
	for {
		f, rest, ok := wire.Next(value)
		if !ok {
			return b
		}
		switch f.Number {
		case tagString >> 3:
			b = wire.AppendString(b, tagString, Truncate(string(f.Data), length))
		case tagBytes >> 3:
			b = wire.AppendBytes(b, tagBytes, f.Data[:min(len(f.Data), length)])
		case tagArray >> 3:
			var array []byte
			for e, rest, ok := wire.Next(f.Data); ok; e, rest, ok = wire.Next(rest) {
				array = wire.AppendBytes(array, tagArrayValues, appendTruncated(nil, e.Data, length))
			}
			b = wire.AppendBytes(b, tagArray, array)
		case tagMap >> 3:
			var list []byte
			for e, rest, ok := wire.Next(f.Data); ok; e, rest, ok = wire.Next(rest) {
				list = wire.AppendBytes(list, tagMapValues, appendTruncatedPair(nil, e.Data, length))
			}
			b = wire.AppendBytes(b, tagMap, list)
		default:
			b = append(b, value[:len(value)-len(rest)]...)
		}
		value = rest
	}
}

// appendTruncatedPair appends the fields of a KeyValue, whose key stays as it is.
func appendTruncatedPair(b, pair []byte, length int) []byte {
	for f, rest, ok := wire.Next(pair); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case tagName >> 3:
			b = wire.AppendBytes(b, tagName, f.Data)
		case tagValue >> 3:
			b = wire.AppendBytes(b, tagValue, appendTruncated(nil, f.Data, length))
		}
	}
	return b
}
