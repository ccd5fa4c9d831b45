//go:build unix && !linux

package runtimemetrics

func (u *usage) read() { u.readTimes() }
