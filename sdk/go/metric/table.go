package metric

import (
	"bytes"
	"hash/maphash"
	"sync/atomic"
)

// table finds series by their attributes as a caller encodes them: two orders of
// the same attributes are two entries. Looking up takes no lock and does not
// allocate; who changes the table holds the instrument's lock.
type table struct {
	seed    maphash.Seed
	entries []atomic.Pointer[entry] // their number is a power of two
	used    int
}

type entry struct {
	hash   uint64
	key    []byte
	series *series
}

const firstTable = 16

func newTable(size int) *table {
	return &table{seed: maphash.MakeSeed(), entries: make([]atomic.Pointer[entry], size)}
}

func (t *table) find(key []byte) *series {
	if t == nil {
		return nil
	}
	hash := maphash.Bytes(t.seed, key)
	mask := uint64(len(t.entries) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		e := t.entries[i].Load()
		if e == nil {
			return nil
		}
		if e.hash == hash && bytes.Equal(e.key, key) {
			return e.series
		}
	}
}

// insert adds an entry, which must not be there yet, and returns the table that it
// is in: a larger one where the old one was half full.
func (t *table) insert(key []byte, s *series) *table {
	switch {
	case t == nil:
		t = newTable(firstTable)
	case 2*t.used >= len(t.entries):
		larger := newTable(2 * len(t.entries))
		for i := range t.entries {
			if e := t.entries[i].Load(); e != nil {
				larger.put(e.key, e.series)
			}
		}
		t = larger
	}
	t.put(bytes.Clone(key), s)
	return t
}

func (t *table) put(key []byte, s *series) {
	hash := maphash.Bytes(t.seed, key)
	mask := uint64(len(t.entries) - 1)
	i := hash & mask
	for t.entries[i].Load() != nil {
		i = (i + 1) & mask
	}
	t.entries[i].Store(&entry{hash, key, s})
	t.used++
}

// without returns a table that has no dead series.
func (t *table) without() *table {
	if t == nil {
		return nil
	}
	fresh := newTable(len(t.entries))
	for i := range t.entries {
		if e := t.entries[i].Load(); e != nil && !e.series.dead.Load() {
			fresh.put(e.key, e.series)
		}
	}
	return fresh
}
