//go:build amd64 || arm64

package assembly

// Add adds.
//
//go:noescape
func Add(a, b int64) int64
