package lifecycle

import (
	"os"
	"sync"
)

// registrations mirrors what os/signal knows of the program's own channels, by the
// rules of that package (os/signal/signal.go), for the signals handled here. A set
// of them is a bit mask over their indices.
type registrations struct {
	mu      sync.Mutex
	wants   map[chan<- os.Signal]uint
	ignored uint
}

// maskOf returns the handled signals among sig; all of them when sig is empty.
func maskOf(sig []os.Signal) uint {
	if len(sig) == 0 {
		return 1<<len(handled) - 1
	}
	var mask uint
	for _, s := range sig {
		for i, h := range handled {
			if s == h {
				mask |= 1 << i
			}
		}
	}
	return mask
}

func (r *registrations) notify(c chan<- os.Signal, sig []os.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	mask := maskOf(sig)
	if c == nil || mask == 0 {
		return
	}
	if r.wants == nil {
		r.wants = make(map[chan<- os.Signal]uint)
	}
	r.wants[c] |= mask
	r.ignored &^= mask
}

func (r *registrations) stop(c chan<- os.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.wants, c)
}

// cancel forgets who wants the signals, as signal.Ignore and signal.Reset do.
func (r *registrations) cancel(sig []os.Signal, ignore bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	mask := maskOf(sig)
	for c := range r.wants {
		if r.wants[c] &^= mask; r.wants[c] == 0 {
			delete(r.wants, c)
		}
	}
	r.ignored &^= mask
	if ignore {
		r.ignored |= mask
	}
}

// decided reports whether the program handles the signal itself, or ignores it.
func (r *registrations) decided(sig os.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	mask := maskOf([]os.Signal{sig})
	for _, wanted := range r.wants {
		if wanted&mask != 0 {
			return true
		}
	}
	return r.ignored&mask != 0
}

// ignores reports whether the program called signal.Ignore for the signal.
func (r *registrations) ignores(sig os.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ignored&maskOf([]os.Signal{sig}) != 0
}
