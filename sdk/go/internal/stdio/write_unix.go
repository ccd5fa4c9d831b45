//go:build unix

package stdio

import (
	"io"
	"syscall"
)

// Write writes all of b, or returns an error.
func (w Writer) Write(b []byte) (int, error) {
	if w.File == nil {
		return 0, syscall.EBADF
	}
	raw, err := w.File.SyscallConn()
	if err != nil {
		return 0, err
	}
	written := 0
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		for written < len(b) {
			n, err := syscall.Write(int(fd), b[written:])
			switch {
			case err == syscall.EINTR:
			case err == syscall.EAGAIN:
				return false // wait until there is room
			case err != nil:
				failed = err
				return true
			case n <= 0:
				failed = io.ErrShortWrite
				return true
			default:
				written += n
			}
		}
		return true
	})
	if failed == nil {
		failed = err
	}
	return written, failed
}
