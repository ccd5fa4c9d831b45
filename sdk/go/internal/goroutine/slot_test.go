package goroutine

import (
	"bytes"
	"context"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"unsafe"
)

// labelled runs f on a goroutine of its own, without a slot or labels.
func labelled(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		Clear(nil)
		f()
	}()
	<-done
}

func TestInherited(t *testing.T) {
	labelled(func() {
		s := new(Slot)
		s.Init(nil)
		Set(s)
		if got, _ := Current(); got != s {
			t.Error("the slot is not current")
		}
		inherited := make(chan *Slot)
		go func() {
			got, _ := Current()
			inherited <- got
			Clear(nil)
		}()
		if got := <-inherited; got != s {
			t.Error("a child does not inherit the slot")
		}
		if got, _ := Current(); got != s {
			t.Error("a child's change reaches its parent")
		}
	})
}

func TestProgramLabels(t *testing.T) {
	ctx := pprof.WithLabels(context.Background(), pprof.Labels("user", "ada", "path", "/x"))
	labelled(func() {
		pprof.SetGoroutineLabels(ctx)
		slot, user := Current()
		if slot != nil || len(user) != 2 {
			t.Fatalf("slot %v, labels %v, want none and two", slot, user)
		}
		s := new(Slot)
		s.Init(user)
		Set(s)
		if got := s.User(); !SameLabels(got, user) {
			t.Errorf("labels %v, want %v", got, user)
		}
		// Profiles show the program's labels.
		var profile bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(profile.String(), `"user":"ada"`) {
			t.Errorf("no label user=ada in\n%s", profile.String())
		}
		Clear(s.User())
		if slot, left := Current(); slot != nil || !SameLabels(left, user) {
			t.Errorf("slot %v, labels %v after Clear, want %v", slot, left, user)
		}
	})
}

// Neither tracebacks, which show labels from Go 1.27 on, nor profiles show a slot.
func TestInvisible(t *testing.T) {
	t.Setenv("GODEBUG", "tracebacklabels=1")
	for name, labels := range map[string][]Label{"no labels": nil, "a label": {{"user", "ada"}}} {
		labelled(func() {
			shown := func() (stack, profile string) {
				var b bytes.Buffer
				if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
					t.Fatal(err)
				}
				text := make([]byte, 1<<10)
				header, _, _ := strings.Cut(string(text[:runtime.Stack(text, false)]), "\n")
				return header, b.String()
			}
			Clear(labels)
			plain, _ := shown()
			s := new(Slot)
			s.Init(labels)
			Set(s)
			woven, profile := shown()
			if woven != plain {
				t.Errorf("%s: a traceback begins %q, want %q", name, woven, plain)
			}
			if strings.Contains(profile, `"weft"`) {
				t.Errorf("%s: a label in\n%s", name, profile)
			}
			Clear(nil)
		})
	}
}

// Whatever a program has in its own labels, it is not taken for a slot.
func TestNotASlot(t *testing.T) {
	s := new(Slot)
	s.Init([]Label{{"a", "b"}})
	bare := new(Slot)
	bare.Init(nil)
	forged := map[string]*header{
		"empty":              {},
		"same text":          {list: []Label{{"weft", ""}}[:0]},
		"copied list":        {list: append([]Label(nil), s.list[:2]...)[:1:2]},
		"shared list":        {list: s.list},
		"shared empty list":  {list: bare.list},
		"spare room":         {list: make([]Label, 1, 2)},
		"other labels first": {list: append([]Label{{"x", "y"}}, s.list[:2]...)[:2:3]},
	}
	for name, h := range forged {
		t.Run(name, func(t *testing.T) {
			labelled(func() {
				setLabels(unsafe.Pointer(h))
				if slot, user := Current(); slot != nil || len(user) != len(h.list) {
					t.Errorf("slot %p, labels %v", slot, user)
				}
			})
		})
	}
}

func TestSuppress(t *testing.T) {
	labelled(func() {
		before := Save()
		Suppress()
		inherited := make(chan bool)
		go func() {
			s, _ := Current()
			inherited <- s != nil && s.Suppressed()
		}()
		if !<-inherited {
			t.Error("a child is not suppressed")
		}
		Restore(before)
		if s, _ := Current(); s != nil {
			t.Error("suppressed after Restore")
		}
	})
}

func BenchmarkCurrent(b *testing.B) {
	s := new(Slot)
	s.Init(nil)
	Set(s)
	defer Clear(nil)
	b.ReportAllocs()
	for b.Loop() {
		Current()
	}
}
