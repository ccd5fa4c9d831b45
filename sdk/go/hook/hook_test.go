package hook

import (
	"runtime"
	"strings"
	"sync"
	"testing"
)

// What follows is woven by hand, as the weaver writes it: a function with a
// prologue, its sockets, and the plugs with the hooks behind them.

var (
	weft_1_b func(int) interface{}
	weft_1_a func(interface{}, int)
)

func woven(what string, n int) (weft_r0 int) {
	if weft_1_b != nil {
		if weft_t := weft_1_b(n); weft_t != nil {
			defer func() { weft_1_a(weft_t, weft_r0) }()
		}
	}
	switch what {
	case "panic":
		panic("program")
	case "nil":
		var p *int
		return *p
	case "index":
		return make([]int, 1)[n]
	case "goexit":
		runtime.Goexit()
	case "deferred":
		defer woven("", n)
		panic("program")
	case "recovered":
		func() {
			defer func() { _ = recover() }()
			panic("program")
		}()
	case "loop":
		for range 3 { // defers in a loop are not open-coded
			defer func() { n++ }()
		}
	}
	return n
}

// manyDefers has too many deferred calls for open-coded ones.
func manyDefers(what string) (weft_r0 int) {
	if weft_1_b != nil {
		if weft_t := weft_1_b(1); weft_t != nil {
			defer func() { weft_1_a(weft_t, weft_r0) }()
		}
	}
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	defer func() {}()
	if what == "panic" {
		panic("program")
	}
	return 0
}

type method struct{ n int }

func (m *method) woven(what string) (weft_r0 int) {
	if weft_1_b != nil {
		if weft_t := weft_1_b(1); weft_t != nil {
			defer func() { weft_1_a(weft_t, weft_r0) }()
		}
	}
	if what == "panic" {
		panic("program")
	}
	return m.n
}

var seen struct {
	sync.Mutex
	panicking []bool
}

func weft_1_before(int) (t interface{}) {
	defer Recover("test", "before")
	t = 1
	return
}

func weft_1_after(t interface{}, r int) {
	defer Recover("test", "after")
	after(t, r)
}

func after(interface{}, int) { record() }

// record is what a kind's helper would be.
func record() {
	p := Panicking()
	seen.Lock()
	seen.panicking = append(seen.panicking, p)
	seen.Unlock()
}

// observe runs f on a goroutine of its own and returns what the after hooks saw,
// and the panic that left f.
func observe(f func()) (saw []bool, panicked any) {
	weft_1_b, weft_1_a = weft_1_before, weft_1_after
	seen.panicking = nil
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		f()
	}()
	<-done
	return seen.panicking, panicked
}

func TestPanicking(t *testing.T) {
	tests := []struct {
		name   string
		f      func()
		want   []bool
		panics bool
	}{
		{"return", func() { woven("", 1) }, []bool{false}, false},
		{"panic", func() { woven("panic", 1) }, []bool{true}, true},
		{"nil dereference", func() { woven("nil", 1) }, []bool{true}, true},
		{"index out of range", func() { woven("index", 1) }, []bool{true}, true},
		{"goexit", func() { woven("goexit", 1) }, []bool{true}, false},
		{"deferred, during a panic", func() { woven("deferred", 1) }, []bool{false, true}, true},
		{"deferred directly, during a panic", func() { defer woven("", 1); panic("program") }, []bool{false}, true},
		{"called by a deferred function, during a panic", func() {
			defer func() { woven("", 1) }()
			panic("program")
		}, []bool{false}, true},
		{"panic in a panic", func() {
			defer func() { woven("panic", 1) }()
			panic("program")
		}, []bool{true}, true},
		{"recovered within", func() { woven("recovered", 1) }, []bool{false}, false},
		{"recovered by the caller", func() {
			func() {
				defer func() { _ = recover() }()
				woven("panic", 1)
			}()
			woven("", 1)
		}, []bool{true, false}, false},
		{"defers in a loop", func() { woven("loop", 1) }, []bool{false}, false},
		{"many defers", func() { manyDefers("") }, []bool{false}, false},
		{"many defers, panic", func() { manyDefers("panic") }, []bool{true}, true},
		{"method", func() { (&method{}).woven("") }, []bool{false}, false},
		{"method, panic", func() { (&method{}).woven("panic") }, []bool{true}, true},
		{"method value deferred, during a panic", func() { m := &method{}; defer m.woven(""); panic("program") }, []bool{false}, true},
		{"through an interface, panic", func() {
			var i interface{ woven(string) int } = &method{}
			i.woven("panic")
		}, []bool{true}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // the second time from memory
				saw, panicked := observe(tt.f)
				if len(saw) != len(tt.want) {
					t.Fatalf("after hooks ran %d times, want %d", len(saw), len(tt.want))
				}
				for i := range saw {
					if saw[i] != tt.want[i] {
						t.Errorf("after hook %d: Panicking() = %t, want %t", i, saw[i], tt.want[i])
					}
				}
				if (panicked != nil) != tt.panics {
					t.Errorf("panic %v, want one: %t", panicked, tt.panics)
				}
			}
		})
	}
}

func TestPanickingOutsideOfAHook(t *testing.T) {
	if Panicking() {
		t.Error("Panicking() = true without a panic")
	}
}

func TestRecover(t *testing.T) {
	weft_1_b = func(int) interface{} {
		defer Recover("test", "broken")
		panic("hook")
	}
	weft_1_a = weft_1_after
	before := Panics()
	if got := woven("", 7); got != 7 {
		t.Errorf("woven function returns %d, want 7", got)
	}
	weft_1_b = weft_1_before
	weft_1_a = func(interface{}, int) {
		defer Recover("test", "broken after")
		panic("hook")
	}
	if got := woven("", 7); got != 7 {
		t.Errorf("woven function returns %d, want 7", got)
	}
	if got := Panics() - before; got != 2 {
		t.Errorf("%d panics counted, want 2", got)
	}
	// The program's own panic goes on past a hook that panics during it.
	defer func() {
		if v := recover(); v != "program" {
			t.Errorf("recovered %v, want the program's panic", v)
		}
	}()
	woven("panic", 1)
}

func TestLineOfAPanicIsKept(t *testing.T) {
	weft_1_b, weft_1_a = weft_1_before, weft_1_after
	defer func() {
		_ = recover()
		var pcs [20]uintptr
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
		for f, more := frames.Next(); more; f, more = frames.Next() {
			if strings.HasSuffix(f.Function, ".woven") {
				return
			}
		}
		t.Error("the woven function is not on the stack of its panic")
	}()
	woven("panic", 1)
}

func BenchmarkPanicking(b *testing.B) {
	b.ReportAllocs()
	weft_1_b = weft_1_before
	weft_1_a = func(interface{}, int) { weft_bench_after(b) }
	woven("", 1)
}

func weft_bench_after(b *testing.B) {
	for b.Loop() {
		if Panicking() {
			b.Fatal("no panic here")
		}
	}
}

func TestFramesAreFound(t *testing.T) {
	Panicking()
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return
	}
	if !fast() {
		t.Error("frame pointers are not used on this processor")
	}
}
