// Package signal tells the runtime which signals the program itself deals with, so that it flushes on
// those that would end the program, and changes nothing about the others.
package signal

import (
	"os"

	"go.weft.dev/sdk/lifecycle"
)

// beforeNotify hooks Notify.
func beforeNotify(c chan<- os.Signal, signals []os.Signal) { lifecycle.BeforeNotify(c, signals) }

// A channel is the token of Stop.
type channel struct{ c chan<- os.Signal }

// beforeStop hands the channel on to afterStop. Hooks Stop.
func beforeStop(c chan<- os.Signal) *channel { return &channel{c} }

func afterStop(c *channel) { lifecycle.AfterStop(c.c) }

// signals is the token of Ignore and Reset.
type signals struct{ list []os.Signal }

// beforeSignals hands the signals on. Hooks Ignore and Reset.
func beforeSignals(list []os.Signal) *signals { return &signals{list} }

func afterIgnore(s *signals) { lifecycle.AfterIgnore(s.list) }

func afterReset(s *signals) { lifecycle.AfterReset(s.list) }
