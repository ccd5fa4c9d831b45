// Package attribute holds attribute keys and values in the form in which they
// are sent: as OTLP KeyValue messages (opentelemetry/proto/common/v1).
package attribute

import (
	"sync"

	"go.weft.dev/sdk/internal/wire"
)

// Key is an attribute's name, encoded once. The zero Key is valid and makes
// every attribute set with it vanish: a hook can run before the variables of
// its own package are initialised.
type Key struct{ p *key }

type key struct {
	name    string
	encoded []byte // field 1 of KeyValue
}

// maxKeys bounds the memory of the table of known keys.
const maxKeys = 4096

var keys struct {
	sync.Mutex
	known map[string]*key
}

// NewKey returns the key of that name. Keys of one name are equal. It is meant
// for package variables, not for the hot path.
func NewKey(name string) Key {
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

// IsZero reports whether k is the zero Key, or one with an empty name.
func (k Key) IsZero() bool { return k.p == nil || k.p.name == "" }

// Same reports whether two keys have one name. It is faster than comparing names.
func (k Key) Same(o Key) bool {
	return k.p == o.p || k.p != nil && o.p != nil && k.p.name == o.p.name
}
