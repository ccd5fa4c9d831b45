// Package signal tells the runtime which signals the program itself deals with, so that it flushes on
// those that would end the program, and changes nothing about the others.
package signal

import (
	"context"
	"os"
	"syscall"

	"go.weft.dev/sdk/lifecycle"
)

// beforeNotify hooks uses of signal.Notify.
func beforeNotify(c chan<- os.Signal, signals []os.Signal) { lifecycle.BeforeNotify(c, signals) }

// beforeStop hooks uses of signal.Stop.
func beforeStop(c chan<- os.Signal) { lifecycle.BeforeStop(c) }

// signals is a token.
type signals struct{ list []os.Signal }

// beforeSignals hands the signals on. Hooks uses of signal.Ignore and signal.Reset.
func beforeSignals(list []os.Signal) *signals { return &signals{list} }

func afterIgnore(s *signals) { lifecycle.AfterIgnore(s.list) }

func afterReset(s *signals) { lifecycle.AfterReset(s.list) }

// registered is a token: a channel that stands for one which is not seen.
type registered struct{ channel chan os.Signal }

// beforeNotifyContext hooks uses of signal.NotifyContext, which registers a channel of its own.
func beforeNotifyContext(list []os.Signal) *registered {
	r := &registered{make(chan os.Signal)}
	lifecycle.BeforeNotify(r.channel, list)
	return r
}

// afterNotifyContext has the registration end with the function that ends it.
func afterNotifyContext(r *registered, stop context.CancelFunc) context.CancelFunc {
	return func() {
		lifecycle.BeforeStop(r.channel)
		stop()
	}
}

// handledInC stands for the channels by which translated C gets its signals.
var handledInC = make(chan os.Signal)

// What C's signal takes for a handler, besides a function: <signal.h>.
const (
	sigDefault = 0
	sigIgnore  = 1
)

// disposition is a token: what C's signal is to do.
type disposition struct {
	signal  os.Signal
	handler uintptr
}

// beforeSignalInC hooks uses of libc.Xsignal of modernc.org/libc.
func beforeSignalInC(signum int32, handler uintptr) *disposition {
	d := &disposition{syscall.Signal(signum), handler}
	if handler != sigDefault && handler != sigIgnore {
		lifecycle.BeforeNotify(handledInC, []os.Signal{d.signal})
	}
	return d
}

func afterSignalInC(d *disposition) {
	switch d.handler {
	case sigDefault:
		lifecycle.AfterReset([]os.Signal{d.signal})
	case sigIgnore:
		lifecycle.AfterIgnore([]os.Signal{d.signal})
	}
}
