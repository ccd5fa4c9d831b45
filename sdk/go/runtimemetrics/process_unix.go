//go:build unix && !linux && !darwin

package runtimemetrics

func (u *usage) read() { u.readTimes() }
