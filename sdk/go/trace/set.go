package trace

import (
	"reflect"
	"time"
	"unicode/utf8"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/wire"
)

// Tags of the repeated fields of Span (opentelemetry/proto/trace/v1/trace.proto).
const (
	tagAttribute = 9<<3 | wire.Bytes
	tagEvent     = 11<<3 | wire.Bytes
	tagLink      = 13<<3 | wire.Bytes
)

// SetString sets an attribute to a string, of which it keeps no reference.
func (s *Span) SetString(key attribute.Key, v string) {
	if r := s.recordingLock(); r != nil {
		if r.attribute(key) {
			v = attribute.Truncate(v, r.provider.limits.valueLength)
			r.attributes.extend(attribute.AppendString(r.attributes.bytes, tagAttribute, key, v))
		}
		r.unlock(s.gen)
	}
}

// SetInt sets an attribute to an integer.
func (s *Span) SetInt(key attribute.Key, v int64) {
	if r := s.recordingLock(); r != nil {
		if r.attribute(key) {
			r.attributes.extend(attribute.AppendInt(r.attributes.bytes, tagAttribute, key, v))
		}
		r.unlock(s.gen)
	}
}

// SetBool sets an attribute to a boolean.
func (s *Span) SetBool(key attribute.Key, v bool) {
	if r := s.recordingLock(); r != nil {
		if r.attribute(key) {
			r.attributes.extend(attribute.AppendBool(r.attributes.bytes, tagAttribute, key, v))
		}
		r.unlock(s.gen)
	}
}

// SetFloat sets an attribute to a floating-point number.
func (s *Span) SetFloat(key attribute.Key, v float64) {
	if r := s.recordingLock(); r != nil {
		if r.attribute(key) {
			r.attributes.extend(attribute.AppendFloat(r.attributes.bytes, tagAttribute, key, v))
		}
		r.unlock(s.gen)
	}
}

// SetStrings sets an attribute to an array of strings, of which it keeps no reference.
func (s *Span) SetStrings(key attribute.Key, v []string) {
	if r := s.recordingLock(); r != nil {
		if r.attribute(key) {
			v = truncateAll(v, r.provider.limits.valueLength)
			r.attributes.extend(attribute.AppendStrings(r.attributes.bytes, tagAttribute, key, v))
		}
		r.unlock(s.gen)
	}
}

// SetAttributes sets attributes, of which it keeps no reference. It takes the span
// once for all of them, so it costs less than setting each by itself.
func (s *Span) SetAttributes(attributes ...attribute.Attribute) {
	r := s.recordingLock()
	if r == nil {
		return
	}
	r.set(attributes)
	r.unlock(s.gen)
}

func (r *record) set(attributes []attribute.Attribute) {
	length, most := r.provider.limits.valueLength, r.provider.limits.attributes
	for i := range attributes {
		a := &attributes[i]
		if !r.attributes.add(a.Key(), most) {
			continue
		}
		if length >= 0 {
			cut := a.Truncate(length)
			a = &cut
		}
		r.attributes.extend(a.Append(r.attributes.bytes, tagAttribute))
	}
}

// attribute makes room for an attribute, as list.add does.
func (r *record) attribute(key attribute.Key) bool {
	return r.attributes.add(key, r.provider.limits.attributes)
}

// add makes room for an attribute: it drops an earlier value of the key
// (common/README.md#attribute: the last one counts). It reports false for the
// zero Key and when there are as many attributes as there may be.
func (l *list) add(key attribute.Key, most int) bool {
	id := key.ID()
	if set := keySetOf(id); id != 0 && l.keys&set == 0 {
		l.keys |= set
	} else if !l.drop(key) {
		return false
	}
	if len(l.items) >= most {
		l.dropped++
		return false
	}
	l.items = append(l.items, item{id, uint32(len(l.bytes))})
	return true
}

// drop takes out the item of a key, if there is one. It reports false for the zero Key.
func (l *list) drop(key attribute.Key) bool {
	if key.IsZero() {
		return false
	}
	id := key.ID()
	for i := range l.items {
		if l.items[i].key == id && (id != 0 || key.Begins(l.bytes[l.items[i].start:])) {
			l.remove(i)
			break
		}
	}
	return true
}

// remove takes the i-th item out of l.
func (l *list) remove(i int) {
	start, end := l.items[i].start, uint32(len(l.bytes))
	if i+1 < len(l.items) {
		end = l.items[i+1].start
	}
	l.bytes = append(l.bytes[:start], l.bytes[end:]...)
	l.items = append(l.items[:i], l.items[i+1:]...)
	for j := i; j < len(l.items); j++ {
		l.items[j].start -= end - start
	}
}

// SetName changes the span's name.
func (s *Span) SetName(name string) {
	if r := s.recordingLock(); r != nil {
		r.name = name
		r.unlock(s.gen)
	}
}

// SetStatus sets the span's status. StatusOK is final, StatusUnset is ignored,
// and the description counts for StatusError only (trace/api.md#set-status).
func (s *Span) SetStatus(status Status, description string) {
	if status == StatusUnset || status > StatusError {
		return
	}
	if r := s.recordingLock(); r != nil {
		if r.status != StatusOK {
			r.status, r.description = status, ""
			if status == StatusError {
				r.description = description
			}
		}
		r.unlock(s.gen)
	}
}

// SetError sets the status to StatusError.
func (s *Span) SetError(description string) { s.SetStatus(StatusError, description) }

// AddEvent adds an event that happens now.
func (s *Span) AddEvent(name string, attributes ...attribute.Attribute) {
	s.addEvent(time.Time{}, name, attributes)
}

// AddEventAt adds an event that happened at t; the zero time is now.
func (s *Span) AddEventAt(t time.Time, name string, attributes ...attribute.Attribute) {
	s.addEvent(t, name, attributes)
}

func (s *Span) addEvent(t time.Time, name string, attributes []attribute.Attribute) {
	r := s.recordingLock()
	if r == nil {
		return
	}
	defer r.unlock(s.gen)
	r.more = true
	l, limits := &r.events, &r.provider.limits
	if len(l.items) >= limits.events {
		l.dropped++
		return
	}
	at := s.now()
	if !t.IsZero() {
		at = t.UnixNano()
	}
	b := append(r.scratch[:0], 1<<3|wire.Fixed64)
	b = wire.AppendFixed64(b, uint64(at))
	b = wire.AppendString(b, 2<<3|wire.Bytes, wire.UTF8(name))
	b = appendAttributes(b, attributes, 3, limits.eventAttributes, limits.valueLength)
	l.append(tagEvent, b)
	r.scratch = b
}

// AddLink adds a link to another span.
func (s *Span) AddLink(to SpanContext, attributes ...attribute.Attribute) {
	r := s.recordingLock()
	if r == nil {
		return
	}
	defer r.unlock(s.gen)
	r.more = true
	l, limits := &r.links, &r.provider.limits
	if len(l.items) >= limits.links {
		l.dropped++
		return
	}
	b := wire.AppendBytes(r.scratch[:0], 1<<3|wire.Bytes, to.TraceID[:])
	b = wire.AppendBytes(b, 2<<3|wire.Bytes, to.SpanID[:])
	if to.State != "" {
		b = wire.AppendString(b, 3<<3|wire.Bytes, to.State)
	}
	b = appendAttributes(b, attributes, 4, limits.linkAttributes, limits.valueLength)
	b = append(b, 6<<3|wire.Fixed32)
	b = wire.AppendFixed32(b, protoFlags(to.Flags, to.Remote))
	l.append(tagLink, b)
	r.scratch = b
}

func (l *list) append(tag byte, message []byte) {
	l.items = append(l.items, item{start: uint32(len(l.bytes))})
	l.extend(wire.AppendBytes(l.bytes, tag, message))
}

// appendAttributes appends the first most attributes as field number field, and
// the count of the others as the field after it.
func appendAttributes(b []byte, attributes []attribute.Attribute, field byte, most, length int) []byte {
	kept := attributes[:min(len(attributes), most)]
	for i := range kept {
		cut := kept[i].Truncate(length)
		b = cut.Append(b, wire.Tag(field, wire.Bytes))
	}
	if dropped := len(attributes) - len(kept); dropped > 0 {
		b = append(b, wire.Tag(field+1, wire.Varint))
		b = wire.AppendVarint(b, uint64(dropped))
	}
	return b
}

func truncateAll(v []string, length int) []string {
	if length < 0 {
		return v
	}
	cut := make([]string, len(v))
	for i, s := range v {
		cut[i] = attribute.Truncate(s, length)
	}
	return cut
}

// typeName is the value of exception.type for an error, or another value that is not nil.
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if name := t.String(); utf8.ValidString(name) {
		return name
	}
	return "error"
}
