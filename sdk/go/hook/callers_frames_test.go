//go:build amd64 || arm64

package hook

import "testing"

func fast() bool { return walkable.Load() == walks }

// The same answers come of both ways.
func TestPanickingWithoutFrames(t *testing.T) {
	before := walkable.Swap(doesNotWalk)
	clear(known[:])
	defer func() {
		walkable.Store(before)
		clear(known[:])
	}()
	TestPanicking(t)
}
