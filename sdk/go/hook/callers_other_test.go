//go:build !amd64 && !arm64

package hook

func fast() bool { return false }
