// Package otlpjson writes requests of OTLP, encoded as protocol buffers, as JSON: in
// the OTLP/JSON encoding (OTLP specification, "JSON Protobuf Encoding"), and in a
// shorter form for people. It takes any bytes: what is malformed is left out.
package otlpjson

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"time"

	"go.weft.dev/sdk/internal/wire"
)

// deepest bounds how far values are nested in values; what is deeper is left out.
const deepest = 64

// writer appends one of the two forms.
type writer struct {
	people bool
	depth  int
}

// Append appends a message in OTLP/JSON to dst.
func Append(dst, encoded []byte, m Message) []byte {
	w := writer{}
	return w.message(dst, encoded, m)
}

// message appends an object.
func (w *writer) message(dst, encoded []byte, m Message) []byte {
	dst = append(dst, '{')
	if w.depth < deepest {
		w.depth++
		dst = w.fields(dst, encoded, m)
		w.depth--
	}
	return append(dst, '}')
}

// index holds the last occurrence of each field of a message, by number.
type index [highest + 1]wire.Field

// highest is the highest number of a field.
const highest = 16

func (x *index) read(encoded []byte) {
	for d, rest, ok := wire.Next(encoded); ok; d, rest, ok = wire.Next(rest) {
		if 0 < d.Number && d.Number <= highest {
			x[d.Number] = d
		}
	}
}

// has reports whether the message has the field, in the way that it is to be encoded.
func (x *index) has(f *field) bool { return f.matches(x[f.number]) }

// matches reports whether what was decoded is one or several values of the field.
func (f *field) matches(d wire.Field) bool {
	return d.Number == f.number && (d.Type == f.kind.wireType() || f.list && d.Type == wire.Bytes)
}

// fields appends the members of an object.
func (w *writer) fields(dst, encoded []byte, m Message) []byte {
	var x index
	x.read(encoded)
	first := len(dst)
	for i := range messages[m] {
		f := &messages[m][i]
		if !x.has(f) {
			continue
		}
		name := f.name
		if w.people && f.short != "" {
			name = f.short
		}
		if name == "-" {
			continue
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, name...)
		dst = append(dst, '"', ':')
		switch {
		case w.people && f.message == keyValue:
			dst = w.object(dst, encoded, f)
		case f.list:
			dst = w.list(dst, encoded, f)
		default:
			dst = w.value(dst, f, x[f.number], &x)
		}
	}
	return dst
}

// list appends an array of all values of a field.
func (w *writer) list(dst, encoded []byte, f *field) []byte {
	dst = append(dst, '[')
	first := len(dst)
	for d, rest, ok := wire.Next(encoded); ok; d, rest, ok = wire.Next(rest) {
		switch {
		case !f.matches(d):
		case d.Type == f.kind.wireType():
			if len(dst) > first {
				dst = append(dst, ',')
			}
			dst = w.value(dst, f, d, nil)
		default:
			for v, rest, ok := unpack(d.Data, f.kind); ok; v, rest, ok = unpack(rest, f.kind) {
				if len(dst) > first {
					dst = append(dst, ',')
				}
				dst = w.value(dst, f, v, nil)
			}
		}
	}
	return append(dst, ']')
}

// unpack decodes the first of the numbers of a packed field.
func unpack(packed []byte, k kind) (v wire.Field, rest []byte, ok bool) {
	n := 8
	switch k.wireType() {
	case wire.Fixed64:
		if len(packed) >= n {
			v.Value = binary.LittleEndian.Uint64(packed)
		}
	case wire.Fixed32:
		n = 4
		if len(packed) >= n {
			v.Value = uint64(binary.LittleEndian.Uint32(packed))
		}
	default:
		v.Value, n = binary.Uvarint(packed)
	}
	if n <= 0 || n > len(packed) {
		return wire.Field{}, nil, false
	}
	return v, packed[n:], true
}

// value appends one value. siblings are the fields of the message that it is in, nil
// for one of a list.
func (w *writer) value(dst []byte, f *field, v wire.Field, siblings *index) []byte {
	switch f.kind {
	case text:
		return appendString(dst, v.Data)
	case id:
		dst = append(dst, '"')
		dst = hex.AppendEncode(dst, v.Data)
		return append(dst, '"')
	case blob:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.Data)
		return append(dst, '"')
	case message:
		if w.people && f.message == anyValue {
			return w.plain(dst, v.Data)
		}
		return w.message(dst, v.Data, f.message)
	case boolean:
		return strconv.AppendBool(dst, v.Value != 0)
	case double:
		return appendDouble(dst, math.Float64frombits(v.Value))
	case enum:
		if w.people && v.Value < uint64(len(f.names)) {
			return appendString(dst, f.names[v.Value])
		}
		return strconv.AppendInt(dst, int64(int32(v.Value)), 10)
	case uint32Varint, flags:
		return strconv.AppendUint(dst, uint64(uint32(v.Value)), 10)
	case sint32:
		u := uint32(v.Value)
		return strconv.AppendInt(dst, int64(int32(u>>1)^-int32(u&1)), 10)
	case nanos:
		if w.people {
			return appendTime(dst, f, v.Value, siblings)
		}
	}
	if !w.people {
		dst = append(dst, '"')
	}
	if f.kind == int64Varint || f.kind == sfixed64 {
		dst = strconv.AppendInt(dst, int64(v.Value), 10)
	} else {
		dst = strconv.AppendUint(dst, v.Value, 10)
	}
	if !w.people {
		dst = append(dst, '"')
	}
	return dst
}

// appendDouble appends a number; what JSON has no number for is a string.
func appendDouble(dst []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...)
	}
	format := byte('f')
	if size := math.Abs(v); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, v, format, -1, 64)
}

// appendTime appends a time, or how long it is after one of its siblings.
func appendTime(dst []byte, f *field, value uint64, siblings *index) []byte {
	if f.since != 0 {
		return appendString(dst, time.Duration(value-siblings[f.since].Value).String())
	}
	dst = append(dst, '"')
	dst = time.Unix(0, int64(value)).UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}
