// Package errortype names errors for the attribute error.type, with low cardinality.
package errortype

import (
	"context"
	"errors"
	"net"
	"reflect"
	"strings"
)

// Other is the value for errors that have no better name.
const Other = "_OTHER"

// Of returns a name for err: "timeout" for whatever calls itself one, "context.Canceled", else the
// type of the innermost error that is more than a message, such as "*net.OpError". It is empty for
// nil.
func Of(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	case isTimeout(err):
		return "timeout"
	}
	name := Other
	for err != nil {
		if of := typeName(err); of != "" {
			name = of
		}
		err = errors.Unwrap(err)
	}
	return name
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}

// typeName returns the type of err as Go code spells it, empty when the type says nothing about the
// error because it only carries a message or a number.
func typeName(err error) string {
	of := reflect.TypeOf(err)
	name := of.String()
	switch {
	case strings.HasPrefix(name, "*errors."), strings.HasPrefix(name, "*fmt."),
		name == "*os.SyscallError", name == "syscall.Errno":
		return ""
	}
	return name
}
