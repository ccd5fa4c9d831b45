package api

import (
	"sync"
	"sync/atomic"

	weft "go.weft.dev/sdk/trace"
)

// scopeKey is what scopes are told apart by.
type scopeKey struct{ name, version string }

var (
	scopes     sync.Map // scopeKey to *weft.Scope
	scopeCount atomic.Int32
)

// maxScopes bounds the memory of scopes, should a program make up their names.
const maxScopes = 1000

// Scope returns the scope of that name and version; nil, the runtime's own, when there are too many.
func Scope(name, version string) *weft.Scope {
	key := scopeKey{name, version}
	if s, ok := scopes.Load(key); ok {
		return s.(*weft.Scope)
	}
	if scopeCount.Load() >= maxScopes {
		return nil
	}
	s, known := scopes.LoadOrStore(key, weft.NewScope(name, version))
	if !known {
		scopeCount.Add(1)
	}
	return s.(*weft.Scope)
}
