package trace

import "go.weft.dev/sdk/attribute"

// Attributes are attributes that many spans have in common. They are encoded once;
// a span takes a copy of that.
type Attributes struct {
	all []attribute.Attribute
	// list holds them encoded, nothing where they cannot be taken as a whole.
	list list
}

// NewAttributes returns attributes for SetCommon, which keep what they are made of.
func NewAttributes(all ...attribute.Attribute) *Attributes {
	a := &Attributes{all: all}
	for i := range all {
		key := all[i].Key()
		if key.ID() == 0 || a.list.has(key.ID()) {
			a.list = list{}
			break
		}
		a.list.keys |= keySetOf(key.ID())
		a.list.items = append(a.list.items, item{key.ID(), uint32(len(a.list.bytes))})
		a.list.bytes = all[i].Append(a.list.bytes, tagAttribute)
	}
	return a
}

// SetCommon sets attributes as SetAttributes does.
func (s *Span) SetCommon(a *Attributes) {
	r := s.recordingLock()
	if r == nil {
		return
	}
	r.setCommon(a)
	r.unlock(s.gen)
}

func (r *record) setCommon(a *Attributes) {
	if a == nil {
		return
	}
	l, limits := &r.attributes, &r.provider.limits
	whole := limits.valueLength < 0 && len(l.items)+len(a.list.items) <= limits.attributes
	if l.keys&a.list.keys != 0 {
		for i := range a.list.items {
			whole = whole && !l.has(a.list.items[i].key)
		}
	}
	if whole && len(a.list.items) == len(a.all) {
		l.keys |= a.list.keys
		start := uint32(len(l.bytes))
		l.extend(append(l.bytes, a.list.bytes...))
		for _, it := range a.list.items {
			l.items = append(l.items, item{it.key, start + it.start})
		}
	} else {
		r.set(a.all)
	}
}

// has reports whether an item has the key of that number.
func (l *list) has(key uint32) bool {
	for i := range l.items {
		if l.items[i].key == key {
			return true
		}
	}
	return false
}
