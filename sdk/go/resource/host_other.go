//go:build !windows

package resource

// registry is a value of a registry that only Windows has.
func registry(key, name string) string { return "" }
