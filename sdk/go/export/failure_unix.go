//go:build unix

package export

import (
	"errors"
	"syscall"
)

// failureOfSystem returns the class of an error of the operating system, "" for others.
func failureOfSystem(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	switch number {
	case syscall.ECONNREFUSED:
		return failureRefused
	case syscall.ECONNRESET, syscall.ECONNABORTED:
		return failureReset
	case syscall.EPIPE:
		return failureBrokenPipe
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENETDOWN:
		return failureNoRoute
	case syscall.ENOSPC, syscall.EDQUOT:
		return failureNoSpace
	}
	return ""
}
