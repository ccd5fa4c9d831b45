package errortype

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestOf(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("no such thing"), Other},
		{fmt.Errorf("while reading: %w", errors.New("no such thing")), Other},
		{fmt.Errorf("load: %w", context.Canceled), "context.Canceled"},
		{fmt.Errorf("load: %w", context.DeadlineExceeded), "timeout"},
		{&net.DNSError{IsTimeout: true}, "timeout"},
		{&net.DNSError{IsNotFound: true}, "*net.DNSError"},
		{refused, "*net.OpError"},
		{&fs.PathError{Op: "open", Err: errors.New("odd")}, "*fs.PathError"},
	} {
		if got := Of(test.err); got != test.want {
			t.Errorf("Of(%v) = %q, want %q", test.err, got, test.want)
		}
	}
}
