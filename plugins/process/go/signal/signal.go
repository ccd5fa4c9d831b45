// Package signal tells the runtime which signals the program itself deals with, so that it flushes on
// those that would end the program, and changes nothing about the others.
package signal

import (
	"os"

	"go.weft.dev/sdk/lifecycle"
)

// beforeNotify hooks Notify.
func beforeNotify(c chan<- os.Signal, signals []os.Signal) { lifecycle.BeforeNotify(c, signals) }

// beforeStop hooks Stop.
func beforeStop(c chan<- os.Signal) { lifecycle.BeforeStop(c) }

// signals is the token of Ignore and Reset.
type signals struct{ list []os.Signal }

// beforeSignals hands the signals on. Hooks Ignore and Reset.
func beforeSignals(list []os.Signal) *signals { return &signals{list} }

func afterIgnore(s *signals) { lifecycle.AfterIgnore(s.list) }

func afterReset(s *signals) { lifecycle.AfterReset(s.list) }
