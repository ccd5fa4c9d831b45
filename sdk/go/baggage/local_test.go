package baggage

import (
	"testing"
)

// Local members are in no header, and stay where a program sets its own baggage.
func TestLocalMembers(t *testing.T) {
	var none *Baggage
	local := none.WithLocal("tenant", "a")
	if local.Local("tenant") != "a" || local.Header() != "" || len(local.Members()) != 0 || local.Value("tenant") != "" {
		t.Errorf("a local member is more than local: %+v", local)
	}
	if none.Local("tenant") != "" || none.WithLocal("tenant", "") != nil || local.WithLocal("tenant", "a") != local {
		t.Error("what changes nothing makes another baggage")
	}
	other := local.WithLocal("tenant", "b")
	if local.Local("tenant") != "a" || other.Local("tenant") != "b" || other.WithLocal("tenant", "").Local("tenant") != "" {
		t.Error("a member was changed in place, or not at all")
	}

	program := New(Member{Key: "tenant", Value: "theirs"})
	for name, b := range map[string]*Baggage{
		"merged into": local.Merge(program),
		"merged":      program.Merge(local),
		"above":       program.Over(local),
		"own":         program.WithLocal("tenant", "a").Over(other),
		"both":        local.WithLocal("x", "y").Merge(program.WithLocal("z", "z")),
	} {
		if b.Local("tenant") != "a" || b.Value("tenant") != "theirs" || b.Header() != "tenant=theirs" {
			t.Errorf("%s: %+v", name, b)
		}
	}
	if program.Local("tenant") != "" {
		t.Error("the program's own baggage was changed")
	}
	if taken := (&Baggage{}).Over(program.WithLocal("tenant", "a")); taken.Local("tenant") != "a" || taken.Header() != "" {
		t.Errorf("taken away by the program: %+v", taken)
	}
	if none.Over(local) != local || program.Over(nil) != program || program.Over(program) != program {
		t.Error("without local members there is another baggage")
	}
}
