package queue

import (
	"runtime"
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/internal/wire"
)

// Queue holds the items of one signal. It never blocks for longer than another
// goroutine takes to copy one item, and never holds more than its limits.
type Queue struct {
	// What each item needs, in one cache line: it is written all the time anyhow.
	waiting  atomic.Int64 // accepted and not yet being sent
	bytes    atomic.Int64
	shards   []Shard // their number is a power of two
	maxItems int64
	maxBytes int64
	batch    int64

	sending   atomic.Int64
	submitted atomic.Int64 // all that Sending was told of
	dropped   atomic.Int64 // refused for want of room

	wake func(full bool)

	blockMu sync.Mutex
	full    []Block  // those that shards have no more room in
	spare   [][]byte // empty ones

	_ [40]byte // a size of the allocator that is a multiple of a cache line
}

// Shard is a part of a queue that is mostly used by one processor.
type Shard struct {
	mu    sync.Mutex
	queue *Queue
	block Block // to which items are added
	count int64 // of items in the queue, with the one that the lock is held for
	_     [72]byte
}

// New returns a queue for at most items items, not counting those being sent, and bytes
// bytes, counting them. It calls wake(false) when it stops being empty and wake(true)
// each time that it holds a multiple of batch items; wake must not block.
func New(items, bytes, batch int, wake func(full bool)) *Queue {
	const most = 16
	n := 1
	for n < min(runtime.GOMAXPROCS(0), most) {
		n *= 2
	}
	q := &Queue{
		shards: make([]Shard, n), wake: wake,
		maxItems: int64(items), maxBytes: int64(bytes), batch: int64(max(batch, 1)),
	}
	for i := range q.shards {
		q.shards[i].queue = q
	}
	return q
}

// Lock makes room for an item of size bytes and returns the shard to append it to,
// locked, or nil when there is no room: then the item is counted as dropped. Who has put
// items into *shard before finds there the number of the shard in which it did not
// disturb others.
func (q *Queue) Lock(shard *uint32, size int) *Shard {
	count := q.waiting.Add(1)
	if count > q.maxItems {
		q.waiting.Add(-1)
		q.dropped.Add(1)
		return nil
	}
	if q.bytes.Add(int64(size)) > q.maxBytes {
		q.bytes.Add(-int64(size))
		q.waiting.Add(-1)
		q.dropped.Add(1)
		return nil
	}
	s := q.free(shard)
	s.count = count
	return s
}

// free returns a shard locked: the one of that number, or else one that nobody has now,
// whose number it then is.
func (q *Queue) free(number *uint32) *Shard {
	mask := uint32(len(q.shards) - 1)
	s := &q.shards[*number&mask]
	if s.mu.TryLock() {
		return s
	}
	for range mask {
		*number++
		if s := &q.shards[*number&mask]; s.mu.TryLock() {
			return s
		}
	}
	s.mu.Lock()
	return s
}

// Buffer returns what to append the item of size bytes to, a field of a scope, and hand to Unlock.
func (s *Shard) Buffer(scope *Scope, size int) []byte {
	number := uint64(scope.index)
	if room := wire.SizeVarint(number) + size; len(s.block.bytes)+room > cap(s.block.bytes) {
		s.block = s.queue.next(s.block, room)
	}
	return wire.AppendVarint(s.block.bytes, number)
}

// Unlock stores b, which is Buffer's result with the item appended, and unlocks.
func (s *Shard) Unlock(b []byte) {
	// Writing a pointer costs more while memory is collected.
	if cap(b) == cap(s.block.bytes) {
		s.block.bytes = s.block.bytes[:len(b)]
	} else {
		s.block.bytes = b
	}
	s.block.Items++
	q, count := s.queue, s.count
	s.mu.Unlock()
	// Each count is seen by one goroutine, so none of these is missed.
	switch {
	case count == 1:
		q.wake(false)
	case count%q.batch == 0:
		q.wake(true)
	}
}

// next puts a block aside in which there is no more room, and returns one for at least
// size bytes.
func (q *Queue) next(used Block, size int) Block {
	q.blockMu.Lock()
	defer q.blockMu.Unlock()
	if used.Items > 0 {
		q.full = append(q.full, used)
	}
	if n := len(q.spare); n > 0 && size <= blockSize {
		b := q.spare[n-1]
		q.spare = q.spare[:n-1]
		return Block{bytes: b}
	}
	return Block{bytes: make([]byte, 0, max(size, blockSize))}
}

// Take removes and returns what the queue holds, to be sent at once.
func (q *Queue) Take() []Block {
	blocks := q.Withdraw()
	for _, b := range blocks {
		q.Sending(b.Items)
	}
	return blocks
}

// Withdraw removes and returns what the queue holds. Until Sending it counts against
// the limit as if it were still there, and until Done among all items.
func (q *Queue) Withdraw() []Block {
	var begun []Block
	for i := range q.shards {
		s := &q.shards[i]
		s.mu.Lock()
		if s.block.Items > 0 {
			begun = append(begun, s.block)
			s.block = Block{}
		}
		s.mu.Unlock()
	}
	// Then those that were put aside, and have been meanwhile, so that none is missed.
	q.blockMu.Lock()
	defer q.blockMu.Unlock()
	n := len(q.full)
	if n == 0 {
		return begun
	}
	blocks := append(q.full, begun...)
	q.full = make([]Block, 0, n) // about as many will come until the next time
	return blocks
}

// Sending says that so many of the withdrawn items are being sent.
func (q *Queue) Sending(items int) {
	q.sending.Add(int64(items)) // first, so that Len misses none
	q.submitted.Add(int64(items))
	q.waiting.Add(-int64(items))
}

// Recycle lets the queue use the memory of a block that Take or Withdraw returned again.
func (q *Queue) Recycle(b Block) {
	const most = 16 // as much as a batch of spans takes
	q.blockMu.Lock()
	defer q.blockMu.Unlock()
	if len(q.spare) < most && cap(b.bytes) == blockSize {
		q.spare = append(q.spare, b.bytes[:0])
	}
}

// Done says that items being sent, of bytes bytes, have left the process, or were given up.
func (q *Queue) Done(items, bytes int) {
	q.bytes.Add(-int64(bytes))
	q.sending.Add(-int64(items))
}

// Len returns the number of items accepted and not yet done.
func (q *Queue) Len() int {
	waiting := q.waiting.Load()
	return int(waiting + q.sending.Load())
}

// BeingSent returns the number of items being sent.
func (q *Queue) BeingSent() int { return int(q.sending.Load()) }

// Submitted returns the number of items that were, or are being, sent.
func (q *Queue) Submitted() int64 { return q.submitted.Load() }

// Capacity returns how many items may wait.
func (q *Queue) Capacity() int { return int(q.maxItems) }

// Dropped returns the number of items refused since the start.
func (q *Queue) Dropped() int64 { return q.dropped.Load() }
