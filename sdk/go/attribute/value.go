package attribute

import (
	"math"
	"unsafe"
)

type kind uint8

const (
	kindString kind = iota
	kindInt
	kindBool
	kindFloat
	kindStrings
	kindEncoded // text is an AnyValue
)

// Attribute is a key with its value. It is as small as can be, since lists of them
// are filled and read for each span.
type Attribute struct {
	key    Key
	kind   kind
	number uint64 // or how many bytes, or strings, there are at data
	data   unsafe.Pointer
}

// Key is the attribute's key.
func (a *Attribute) Key() Key { return a.key }

// String returns an attribute with a string value.
func (k Key) String(v string) Attribute { return k.text(kindString, v) }

func (k Key) text(kind kind, v string) Attribute {
	return Attribute{k, kind, uint64(len(v)), unsafe.Pointer(unsafe.StringData(v))}
}

// Int returns an attribute with an integer value.
func (k Key) Int(v int64) Attribute { return Attribute{key: k, kind: kindInt, number: uint64(v)} }

// Bool returns an attribute with a boolean value.
func (k Key) Bool(v bool) Attribute {
	a := Attribute{key: k, kind: kindBool}
	if v {
		a.number = 1
	}
	return a
}

// Float returns an attribute with a floating-point value.
func (k Key) Float(v float64) Attribute {
	return Attribute{key: k, kind: kindFloat, number: math.Float64bits(v)}
}

// Strings returns an attribute with an array of strings, which is not copied.
func (k Key) Strings(v []string) Attribute {
	return Attribute{k, kindStrings, uint64(len(v)), unsafe.Pointer(unsafe.SliceData(v))}
}

// text returns the value of an attribute that was made by Key.text.
func (a *Attribute) text() string { return unsafe.String((*byte)(a.data), int(a.number)) }

// strings returns what Strings was given.
func (a *Attribute) strings() []string { return unsafe.Slice((*string)(a.data), int(a.number)) }

// Append appends a field (tag, length, KeyValue) that holds the attribute.
func (a *Attribute) Append(b []byte, tag byte) []byte {
	switch a.kind {
	case kindInt:
		return AppendInt(b, tag, a.key, int64(a.number))
	case kindBool:
		return AppendBool(b, tag, a.key, a.number != 0)
	case kindFloat:
		return AppendFloat(b, tag, a.key, math.Float64frombits(a.number))
	case kindStrings:
		return AppendStrings(b, tag, a.key, a.strings())
	case kindEncoded:
		return appendEncoded(b, tag, a.key, a.text())
	default:
		return AppendString(b, tag, a.key, a.text())
	}
}
