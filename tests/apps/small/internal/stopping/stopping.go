// Package stopping tells what signals do, without importing the packages of the types it does that with.
package stopping

import (
	"os/signal"
	"syscall"
)

// On is signal.NotifyContext.
var On = signal.NotifyContext

// Term is the signal that asks a program to end.
const Term = syscall.SIGTERM
