package lifecycle

import (
	"os"
	"os/signal"
	"slices"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
)

// program is what the program itself registered, as the hooks at uses of os/signal
// report it. Where such a use is not seen it does not say so; see deliver.
var program registrations

// watch is this package's own registration.
var watch struct {
	mu      sync.Mutex
	channel atomic.Pointer[chan os.Signal] // nil until started
	signals []os.Signal                    // those that were not ignored at the start
}

func init() { export.OnStart(start) }

// inTests says that the program is a test binary.
var inTests atomic.Bool

// BeforeTests notes that tests are about to run: they may look for goroutines that
// were left behind, and are to find none of ours. Hooks (*testing.M).Run.
func BeforeTests() { inTests.Store(true) }

// start asks for the signals that end a program by default, so that Flush can run
// first. It is called with the first item to ship, and not at all when there is
// no exporter or WEFT_SIGNALS is off, as it is in tests where nothing is said.
func start() {
	def := "on"
	if inTests.Load() {
		def = "off"
	}
	switch v := env.Enum("WEFT_SIGNALS", def); v {
	case "on":
	case "off":
		return
	default:
		env.Bad("WEFT_SIGNALS", v, "on")
	}
	watch.mu.Lock()
	defer watch.mu.Unlock()
	if watch.channel.Load() != nil {
		return
	}
	for _, s := range handled {
		if !signal.Ignored(s) { // nohup, or a shell's background job
			watch.signals = append(watch.signals, s)
		}
	}
	if len(watch.signals) == 0 {
		return
	}
	channel := make(chan os.Signal, 16)
	watch.channel.Store(&channel)
	// What starts here lives on, and must not take the caller's span with it.
	labels := goroutine.Save()
	goroutine.Suppress()
	register(channel)
	go await(channel)
	goroutine.Restore(labels)
}

// register makes the channel want each signal that the program does not ignore.
// The caller holds watch.mu. Signals that it already wants are not touched.
func register(channel chan os.Signal) {
	for _, s := range watch.signals {
		if !program.ignores(s) {
			signal.Notify(channel, s)
		}
	}
}

// reregister repairs what a change of the program's did to our own registration.
func reregister() {
	watch.mu.Lock()
	defer watch.mu.Unlock()
	if channel := watch.channel.Load(); channel != nil {
		register(*channel)
	}
}

// own reports whether c is this package's channel. A hook asks that while register
// holds the lock.
func own(c chan<- os.Signal) bool {
	channel := watch.channel.Load()
	return channel != nil && c == (chan<- os.Signal)(*channel)
}

// change is a change of the program's registrations on its way through the
// channel of signals, so that a signal is judged by what was registered when it
// arrived, however late await gets to it.
type change func()

// Signal makes a change a value that the channel takes. See os.Signal.
func (change) Signal() {}

// String is the other half of os.Signal.
func (change) String() string { return "change of registrations" }

// inOrder applies a change behind the signals that have arrived.
func inOrder(apply change) {
	if channel := watch.channel.Load(); channel != nil {
		*channel <- apply
	} else {
		apply()
	}
}

func await(signals chan os.Signal) {
	for s := range signals {
		if apply, ok := s.(change); ok {
			apply()
		} else if !program.decided(s) {
			deliver(s, signals)
		}
	}
}

// deliver flushes and then lets the signal do what it does in the program without
// this package: our registration is withdrawn and the signal raised again. That
// ends the program, with its usual status, unless the program has a channel for
// the signal that is not known here, which then gets the signal a second time.
// A further signal cuts the flush short.
func deliver(s os.Signal, signals chan os.Signal) {
	flushed := make(chan struct{})
	go func() {
		defer close(flushed)
		Flush()
	}()
	for waiting := true; waiting; {
		select {
		case <-flushed:
			waiting = false
		case next := <-signals:
			apply, isChange := next.(change)
			if isChange {
				apply()
			}
			waiting = isChange
		}
	}
	watch.mu.Lock()
	signal.Stop(signals)
	watch.signals = nil
	watch.mu.Unlock()
	raise(s)
}

// BeforeNotify records what signal.Notify is called with. Hooks uses of os/signal.Notify.
func BeforeNotify(c chan<- os.Signal, sig []os.Signal) {
	if !own(c) {
		sig = slices.Clone(sig)
		inOrder(func() { program.notify(c, sig) })
	}
}

// BeforeStop records that signal.Stop is called with c. Hooks uses of os/signal.Stop.
func BeforeStop(c chan<- os.Signal) {
	if !own(c) {
		inOrder(func() { program.stop(c) })
	}
}

// AfterIgnore records what signal.Ignore was called with. Hooks uses of os/signal.Ignore.
func AfterIgnore(sig []os.Signal) {
	sig = slices.Clone(sig)
	inOrder(func() { program.cancel(sig, true) })
}

// AfterReset records what signal.Reset was called with, which has withdrawn our
// own registration too. Hooks uses of os/signal.Reset.
func AfterReset(sig []os.Signal) {
	sig = slices.Clone(sig)
	applied := make(chan struct{})
	inOrder(func() {
		program.cancel(sig, false)
		close(applied)
	})
	<-applied // a signal right after Reset is to find us registered
	reregister()
}
