package queue

import (
	"testing"
	"unsafe"
)

// What each item needs of a queue is in one cache line, and shards have none in common, where pointers have
// 64 bits.
func TestLayout(t *testing.T) {
	const line = 64
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("not laid out for this processor")
	}
	if size := unsafe.Sizeof(Queue{}); size != 3*line {
		t.Errorf("a queue takes %d bytes, want %d", size, 3*line)
	}
	if end := unsafe.Offsetof(Queue{}.sending); end != line {
		t.Errorf("what each item needs takes %d bytes, want %d", end, line)
	}
	if size := unsafe.Sizeof(Shard{}); size != 2*line {
		t.Errorf("a shard takes %d bytes, want %d", size, 2*line)
	}
}
