// Package attribute holds attribute keys and values in the form in which they
// are sent: as OTLP KeyValue messages (opentelemetry/proto/common/v1).
package attribute

import (
	"bytes"
	"encoding/binary"
	"sync"

	"go.weft.dev/sdk/internal/wire"
)

// Key is an attribute's name, encoded once. The zero Key is valid and makes
// every attribute set with it vanish: a hook can run before the variables of
// its own package are initialised.
type Key struct{ p *key }

type key struct {
	name    string
	id      uint32 // 0 for keys that are not in the table
	encoded []byte // field 1 of KeyValue
}

// maxKeys bounds the memory of the table of known keys.
const maxKeys = 4096

var keys struct {
	sync.RWMutex
	known map[string]*key
}

// NewKey returns the key of that name. It is meant for package variables: the hot
// path has it only for names that programs make up.
func NewKey(name string) Key {
	if name == "" {
		return Key{}
	}
	keys.RLock()
	known := keys.known[name]
	keys.RUnlock()
	if known != nil {
		return Key{known}
	}
	name = wire.UTF8(name)
	keys.Lock()
	defer keys.Unlock()
	if k := keys.known[name]; k != nil {
		return Key{k}
	}
	k := &key{name: name, encoded: wire.AppendString(nil, wire.Tag(1, wire.Bytes), name)}
	if keys.known == nil {
		keys.known = make(map[string]*key)
	}
	if len(keys.known) < maxKeys {
		k.id = uint32(len(keys.known) + 1)
		keys.known[name] = k
	}
	return Key{k}
}

// Name is the key's name, "" for the zero Key.
func (k Key) Name() string {
	if k.p == nil {
		return ""
	}
	return k.p.name
}

// IsZero reports whether k is the zero Key, which is also the one with an empty name.
func (k Key) IsZero() bool { return k.p == nil }

// ID is a number that keys of one name, and only those, have in common. It is 0
// for keys that came when there were too many to number them.
func (k Key) ID() uint32 {
	if k.p == nil {
		return 0
	}
	return k.p.id
}

// Begins reports whether a field that one of the Append functions appended, with a
// tag of one byte, has the key k.
func (k Key) Begins(field []byte) bool {
	if k.p == nil || len(field) == 0 {
		return false
	}
	_, n := binary.Uvarint(field[1:])
	return n > 0 && bytes.HasPrefix(field[1+n:], k.p.encoded)
}
