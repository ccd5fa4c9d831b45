// Package queue keeps finished items, already encoded, until they are shipped.
// It knows instrumentation scopes and bytes, not what the items are.
package queue

import (
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/internal/wire"
)

// Scope is an instrumentation scope.
type Scope struct {
	index   int
	encoded []byte // InstrumentationScope
}

var (
	known   atomic.Pointer[[]*Scope] // by index; nil where there are none
	scopeMu sync.Mutex
	own     atomic.Pointer[Scope]
)

// Name and version under which what belongs to no other scope is sent, and of the
// distribution (resource telemetry.distro.*).
const (
	Name    = "go.weft.dev/sdk"
	Version = "0.1.0"
)

// NewScope returns the scope of that name and version.
func NewScope(name, version string) *Scope {
	b := wire.AppendString(nil, 1<<3|wire.Bytes, wire.UTF8(name))
	if version != "" {
		b = wire.AppendString(b, 2<<3|wire.Bytes, wire.UTF8(version))
	}
	scopeMu.Lock()
	defer scopeMu.Unlock()
	return register(b)
}

func register(encoded []byte) *Scope {
	var scopes []*Scope
	if p := known.Load(); p != nil {
		scopes = *p
	}
	for _, s := range scopes {
		if string(s.encoded) == string(encoded) {
			return s
		}
	}
	s := &Scope{index: len(scopes), encoded: encoded}
	scopes = append(scopes, s) // whoever has the shorter list does not see it
	known.Store(&scopes)
	return s
}

// DefaultScope returns the runtime's own scope.
func DefaultScope() *Scope {
	if s := own.Load(); s != nil {
		return s
	}
	own.Store(NewScope(Name, Version))
	return own.Load()
}

// Encoded returns the InstrumentationScope message, which must not be changed.
func (s *Scope) Encoded() []byte { return s.encoded }

// Identity returns the scope's name and version.
func (s *Scope) Identity() (name, version string) {
	for f, rest, ok := wire.Next(s.encoded); ok; f, rest, ok = wire.Next(rest) {
		switch f.Number {
		case 1:
			name = string(f.Data)
		case 2:
			version = string(f.Data)
		}
	}
	return name, version
}
