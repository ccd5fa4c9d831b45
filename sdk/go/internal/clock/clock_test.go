package clock

import (
	"testing"
	"time"
)

func TestAnchorIsTakenAnewAfterASecond(t *testing.T) {
	now := Monotonic()
	first := Anchor(now)
	if at := last.Load().at; Anchor(at+int64(time.Second)-1) != first || last.Load().at != at {
		t.Error("it was taken anew within a second")
	}
	before := last.Load()
	Anchor(before.at + int64(time.Second))
	if last.Load() == before {
		t.Error("it was not taken anew after a second")
	}
}
