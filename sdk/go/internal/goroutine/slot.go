// Package goroutine keeps one pointer per goroutine, which the goroutines it
// starts inherit, in the place where the runtime keeps profiler labels
// (runtime.g.labels, copied to children by runtime.newproc1).
//
// What is stored begins like a label map of runtime/pprof, so that profilers and
// tracebacks read it as one: the labels that the program set itself. What tells it from a
// program's own they do not see: without labels, that its list begins where the label map
// itself does; with labels, one more behind the last, within the list's capacity. Slots are
// never changed once stored, because children share them.
package goroutine

import (
	"slices"
	"sync"
	"unsafe"
)

// Label has the layout of a label in runtime/pprof (Go 1.24 and later) and
// internal/runtime/pprof/label (Go 1.26 and later).
type Label struct{ Key, Value string }

// header has the layout of labelMap in runtime/pprof (Go 1.24 and later), which is what
// runtime.goroutineheader prints (Go 1.27).
type header struct{ list []Label }

// sentinel is the text of the key of the label behind a slot's last one. Its address, not
// its text, tells a slot from a program's own labels. It is an array because it must
// be there before any package is initialised.
var sentinel = [...]byte{'w', 'e', 'f', 't'}

// Slot is what a goroutine points to. It is the first field of a larger value
// of the caller's, which the caller finds again by its address, unless Suppressed.
type Slot struct{ header }

// slice has the layout of a slice.
type slice struct {
	data      unsafe.Pointer
	size, cap int
}

// text has the layout of a string. The sentinel's value is an empty string that
// points to its slot: a list that someone copied into a label map of his own is
// thus not taken for a slot, and nothing behind that label map is ever read.
type text struct {
	data unsafe.Pointer
	size int
}

// Init makes s storable. user are the program's own labels, which s shares.
func (s *Slot) Init(user []Label) {
	n := len(user)
	if n == 0 {
		// Every span does this: one pointer to write, and no memory for a label.
		*(*slice)(unsafe.Pointer(&s.list)) = slice{data: unsafe.Pointer(s)}
		return
	}
	s.list = append(make([]Label, 0, n+1), user...)
	mark := &s.list[:n+1][n]
	mark.Key = unsafe.String(&sentinel[0], len(sentinel))
	*(*text)(unsafe.Pointer(&mark.Value)) = text{data: unsafe.Pointer(s)}
}

// User returns the program's own labels, nil when there are none.
func (s *Slot) User() []Label {
	if s == nil || len(s.list) == 0 {
		return nil
	}
	return slices.Clip(s.list)
}

// Unlabelled reports whether labels, which a goroutine has, are a slot without labels of
// the program's own.
func Unlabelled(labels unsafe.Pointer) bool {
	return labels != nil && (*slice)(labels).data == labels
}

// Current returns the goroutine's slot. Where the goroutine has none it returns
// nil and the labels that the program set, if any.
func Current() (*Slot, []Label) {
	p := getLabels()
	if p == nil {
		return nil, nil
	}
	if Unlabelled(p) {
		return (*Slot)(p), nil
	}
	h := (*header)(p)
	if n := len(h.list); cap(h.list) == n+1 {
		mark := &h.list[:n+1][n]
		key, value := (*text)(unsafe.Pointer(&mark.Key)), (*text)(unsafe.Pointer(&mark.Value))
		if key.data == unsafe.Pointer(&sentinel) && value.data == p {
			return (*Slot)(p), nil
		}
	}
	return nil, h.list
}

// Set makes s the goroutine's slot.
func Set(s *Slot) { setLabels(unsafe.Pointer(s)) }

// Clear removes the goroutine's slot and leaves it the labels user.
func Clear(user []Label) {
	if len(user) == 0 {
		setLabels(nil)
		return
	}
	setLabels(unsafe.Pointer(&header{list: user}))
}

// SameLabels reports whether two lists hold the same labels in the same order.
func SameLabels(a, b []Label) bool { return slices.Equal(a, b) }

// Suppress marks this goroutine, and those it starts, as the runtime's own, in
// which nothing is to be recorded.
func Suppress() {
	initSuppressed.Do(func() { suppressed.Init(nil) })
	Set(&suppressed)
}

// suppressed is the slot of the runtime's own goroutines.
var (
	suppressed     Slot
	initSuppressed sync.Once
)

// Suppressed reports whether the goroutine of s is the runtime's own. Such a slot is
// not part of a larger value.
func (s *Slot) Suppressed() bool { return s == &suppressed }

// Save returns what the goroutine has now, to be given to Restore.
func Save() unsafe.Pointer { return getLabels() }

// Restore puts back what Save returned.
func Restore(p unsafe.Pointer) { setLabels(p) }
