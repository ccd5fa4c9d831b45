package log

import (
	"math"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/wire"
)

// Tags of the oneof in AnyValue, and of what it is in and holds
// (opentelemetry/proto/common/v1/common.proto).
const (
	tagString = 1<<3 | wire.Bytes
	tagBool   = 2<<3 | wire.Varint
	tagInt    = 3<<3 | wire.Varint
	tagDouble = 4<<3 | wire.Fixed64
	tagArray  = 5<<3 | wire.Bytes
	tagList   = 6<<3 | wire.Bytes
	tagBytes  = 7<<3 | wire.Bytes

	tagKey    = 1<<3 | wire.Bytes // KeyValue.key
	tagValue  = 2<<3 | wire.Bytes // KeyValue.value
	tagMember = 1<<3 | wire.Bytes // KeyValueList.values, ArrayValue.values
)

// maxDepth is how deep values are (common/README.md#configurable-parameters): arrays
// and lists that are deeper become empty values.
const maxDepth = 64

// item says where an attribute, and its key, are in the encoded ones.
type item struct{ start, key, keyLen int }

// group is a list of attributes that is open: an attribute with a list as its value.
type group struct {
	key   string
	start int // in the encoded attributes
	items int // number of those outside
	drop  bool
}

// admit makes room for an attribute of the innermost group: it drops an earlier value
// of the key (common/README.md#attribute-collections: keys are unique). It reports
// false for the empty key and when the record has as many attributes as it may; the
// limit does not count what is in groups (common/README.md#attribute-limits).
func (r *Record) admit(key string) bool {
	if key == "" {
		return false
	}
	base := 0
	if n := len(r.groups); n > 0 {
		base = r.groups[n-1].items
	}
	for i := base; i < len(r.items); i++ {
		at := r.items[i]
		if string(r.attributes[at.key:at.key+at.keyLen]) == key {
			r.remove(i)
			break
		}
	}
	if len(r.groups) == 0 && len(r.items) >= r.provider.attributes {
		r.dropped++
		return false
	}
	return true
}

// remove takes the i-th item out.
func (r *Record) remove(i int) {
	start, end := r.items[i].start, len(r.attributes)
	if i+1 < len(r.items) {
		end = r.items[i+1].start
	}
	r.attributes = append(r.attributes[:start], r.attributes[end:]...)
	r.items = append(r.items[:i], r.items[i+1:]...)
	for j := i; j < len(r.items); j++ {
		r.items[j].start -= end - start
		r.items[j].key -= end - start
	}
}

// tag is that of the field which holds the attributes of the innermost group.
func (r *Record) tag() byte {
	if len(r.groups) > 0 {
		return tagMember
	}
	return tagAttribute
}

// open appends an attribute up to its value, an AnyValue of size bytes. The key is
// admitted and valid UTF-8.
func (r *Record) open(key string, size int) {
	start := len(r.attributes)
	b := append(r.attributes, r.tag())
	b = wire.AppendVarint(b, uint64(wire.SizeBytes(len(key))+wire.SizeBytes(size)))
	b = wire.AppendString(b, tagKey, key)
	r.items = append(r.items, item{start, len(b) - len(key), len(key)})
	r.attributes = wire.AppendVarint(append(b, tagValue), uint64(size))
}

// enclose makes the value that was encoded from start on that of an attribute.
func (r *Record) enclose(key string, start int) {
	value := append(r.scratch[:0], r.attributes[start:]...)
	r.attributes = r.attributes[:start]
	r.open(key, len(value))
	r.attributes = append(r.attributes, value...)
	r.scratch = value
}

// prefix puts a tag and the length in front of what was encoded from start on.
func (r *Record) prefix(start int, tag byte) {
	size := len(r.attributes) - start
	header := 1 + wire.SizeVarint(uint64(size))
	b := append(r.attributes, make([]byte, header)...)
	copy(b[start+header:], b[start:start+size])
	wire.AppendVarint(append(b[:start], tag), uint64(size))
	r.attributes = b
}

// String adds an attribute. A later one of the same key takes its place.
func (r *Record) String(key, v string) {
	key = wire.UTF8(key)
	if !r.admit(key) {
		return
	}
	v = r.text8(v)
	r.open(key, wire.SizeBytes(len(v)))
	r.attributes = wire.AppendString(r.attributes, tagString, v)
}

// text8 returns v as a string value may be: valid and as long as the limit allows.
func (r *Record) text8(v string) string {
	return wire.UTF8(attribute.Truncate(v, r.provider.valueLength))
}

// Int adds an attribute with an integer value.
func (r *Record) Int(key string, v int64) {
	key = wire.UTF8(key)
	if !r.admit(key) {
		return
	}
	r.open(key, 1+wire.SizeVarint(uint64(v)))
	r.attributes = wire.AppendVarint(append(r.attributes, tagInt), uint64(v))
}

// Bool adds an attribute with a boolean value.
func (r *Record) Bool(key string, v bool) {
	key = wire.UTF8(key)
	if !r.admit(key) {
		return
	}
	r.open(key, 2)
	r.attributes = appendBool(r.attributes, v)
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, tagBool, 1)
	}
	return append(b, tagBool, 0)
}

// Float adds an attribute with a floating-point value.
func (r *Record) Float(key string, v float64) {
	key = wire.UTF8(key)
	if !r.admit(key) {
		return
	}
	r.open(key, 9)
	r.attributes = wire.AppendFixed64(append(r.attributes, tagDouble), math.Float64bits(v))
}

// Bytes adds an attribute whose value is an array of bytes.
func (r *Record) Bytes(key string, v []byte) {
	key = wire.UTF8(key)
	if !r.admit(key) {
		return
	}
	if limit := r.provider.valueLength; limit >= 0 && len(v) > limit {
		v = v[:limit]
	}
	r.open(key, wire.SizeBytes(len(v)))
	r.attributes = wire.AppendBytes(r.attributes, tagBytes, v)
}

// OpenGroup begins an attribute whose value is the list of all attributes that are
// added until CloseGroup.
func (r *Record) OpenGroup(key string) {
	key = wire.UTF8(key)
	drop := !r.admit(key) || len(r.groups) >= maxDepth
	r.groups = append(r.groups, group{key, len(r.attributes), len(r.items), drop})
}

// CloseGroup ends the innermost group, which vanishes where it is empty.
func (r *Record) CloseGroup() { r.closeGroup(false) }

func (r *Record) closeGroup(keep bool) {
	n := len(r.groups) - 1
	if n < 0 {
		return
	}
	g := r.groups[n]
	r.groups[n] = group{}
	r.groups, r.items = r.groups[:n], r.items[:g.items]
	if g.drop || len(r.attributes) == g.start && !keep {
		r.attributes = r.attributes[:g.start]
		return
	}
	r.prefix(g.start, tagList)
	r.enclose(g.key, g.start)
}
