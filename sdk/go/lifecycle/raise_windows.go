package lifecycle

import (
	"os"
	"syscall"
)

// handled are what Go makes of console control events (runtime/os_windows.go).
var handled = []os.Signal{syscall.SIGTERM, syscall.SIGINT}

// statusControlC is the exit status that Windows gives a program which does not
// handle a console control event (STATUS_CONTROL_C_EXIT).
const statusControlC = 0xC000013A

// raise ends the process as the default handler does.
func raise(os.Signal) { syscall.ExitProcess(statusControlC) }
