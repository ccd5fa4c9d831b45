//go:build !unix && !windows

package runtimemetrics

func (u *usage) read() {}
