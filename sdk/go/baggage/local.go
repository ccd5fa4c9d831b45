package baggage

import "slices"

// Local returns the local member of that name, "" when there is none. Local members
// are no part of Members and of Header: they go along with a request within this
// process, and leave it in fields of their own only (propagation.AddField).
func (b *Baggage) Local(name string) string {
	if b == nil {
		return ""
	}
	for i := range b.local {
		if b.local[i].Key == name {
			return b.local[i].Value
		}
	}
	return ""
}

// WithLocal returns b with a local member. An empty value takes it away.
func (b *Baggage) WithLocal(name, value string) *Baggage {
	if b.Local(name) == value {
		return b
	}
	c := &Baggage{}
	if b != nil {
		*c = *b
	}
	c.local = slices.DeleteFunc(slices.Clone(c.local), func(m Member) bool { return m.Key == name })
	if value != "" {
		c.local = append(c.local, Member{Key: name, Value: value})
	}
	return c
}

// Over returns what counts where b was put into a context below a span whose baggage
// is parent: b, or parent where b is nil. The local members of parent stay, since
// programs that change their baggage know nothing of them.
func (b *Baggage) Over(parent *Baggage) *Baggage {
	switch {
	case b == nil:
		return parent
	case parent == nil || len(parent.local) == 0:
		return b
	}
	c := *b
	c.local = parent.local
	return c.withLocalsOf(b)
}

// withLocalsOf returns b with the local members of o, which count where both have a
// name.
func (b *Baggage) withLocalsOf(o *Baggage) *Baggage {
	if o == nil || b == o {
		return b
	}
	for i := range o.local {
		b = b.WithLocal(o.local[i].Key, o.local[i].Value)
	}
	return b
}
