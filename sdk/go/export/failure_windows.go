package export

import (
	"errors"
	"syscall"
)

// Error numbers of Windows Sockets that package syscall does not name (winsock2.h), and
// of files (winerror.h).
const (
	wsaENetDown     = syscall.Errno(10050)
	wsaENetUnreach  = syscall.Errno(10051)
	wsaEConnRefused = syscall.Errno(10061)
	wsaEHostUnreach = syscall.Errno(10065)
	errorDiskFull   = syscall.Errno(112)
)

// failureOfSystem returns the class of an error of the operating system, "" for others.
func failureOfSystem(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	switch number {
	case wsaEConnRefused:
		return failureRefused
	case syscall.WSAECONNRESET, syscall.WSAECONNABORTED:
		return failureReset
	case syscall.ERROR_BROKEN_PIPE:
		return failureBrokenPipe
	case wsaEHostUnreach, wsaENetUnreach, wsaENetDown:
		return failureNoRoute
	case errorDiskFull:
		return failureNoSpace
	}
	return ""
}
