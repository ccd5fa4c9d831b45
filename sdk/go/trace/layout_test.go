package trace

import (
	"testing"
	"unsafe"
)

// Spans and records begin with a cache line and take as few as they do, where pointers have 64 bits.
func TestLayout(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("not laid out for this processor")
	}
	if size := unsafe.Sizeof(Span{}); size != lineSize {
		t.Errorf("a span takes %d bytes, want %d", size, lineSize)
	}
	if size := unsafe.Sizeof(record{}); size != 6*lineSize {
		t.Errorf("a record takes %d bytes, want %d", size, 6*lineSize)
	}
	if end := unsafe.Offsetof(record{}.description); end > 3*lineSize {
		t.Errorf("what most spans use of a record takes %d bytes, want %d at most", end, 3*lineSize)
	}
	slab := []Span(nil)
	for range 4 {
		slab = newSlab(len(slab))
		if at := uintptr(unsafe.Pointer(&slab[0])); at%lineSize != 0 {
			t.Errorf("the first of %d spans begins %d bytes behind a cache line", len(slab), at%lineSize)
		}
	}
}
