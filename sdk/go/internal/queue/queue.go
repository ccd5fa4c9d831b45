package queue

import (
	"runtime"
	"sync"
	"sync/atomic"
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

	spareMu sync.Mutex
	spare   [][]byte // empty buffers
}

// Shard is a part of a queue that is mostly used by one processor.
type Shard struct {
	mu      sync.Mutex
	queue   *Queue
	buffers []Chunk // by scope index
	count   int64   // of items in the queue, with the one that the lock is held for
	_       [64]byte
}

// Chunk holds items of one scope, each as a field: tag, length, message.
type Chunk struct {
	Scope *Scope
	Bytes []byte
	Items int
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

// Lock makes room for an item of size bytes and returns the shard to put it in,
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

// Buffer returns what the shard holds for a scope, to append one item to and hand
// to Unlock.
func (s *Shard) Buffer(scope *Scope) []byte {
	for len(s.buffers) <= scope.index {
		s.buffers = append(s.buffers, Chunk{})
	}
	return s.buffers[scope.index].Bytes
}

// Unlock stores b, which is Buffer's result with one item appended, and unlocks.
func (s *Shard) Unlock(scope *Scope, b []byte) {
	c := &s.buffers[scope.index]
	// Writing a pointer costs more while memory is collected.
	if c.Scope != scope {
		c.Scope = scope
	}
	if cap(b) == cap(c.Bytes) {
		c.Bytes = c.Bytes[:len(b)]
	} else {
		c.Bytes = b
	}
	c.Items++
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

// Take removes and returns what the queue holds, to be sent at once.
func (q *Queue) Take() []Chunk {
	chunks := q.Withdraw()
	for _, c := range chunks {
		q.Sending(c.Items)
	}
	return chunks
}

// Withdraw removes and returns what the queue holds. Until Sending it counts against
// the limit as if it were still there, and until Done among all items.
func (q *Queue) Withdraw() []Chunk {
	var chunks []Chunk
	for i := range q.shards {
		s := &q.shards[i]
		s.mu.Lock()
		for j := range s.buffers {
			if s.buffers[j].Items > 0 {
				chunks = append(chunks, s.buffers[j])
				s.buffers[j] = Chunk{Bytes: q.empty()}
			}
		}
		s.mu.Unlock()
	}
	return chunks
}

// Sending says that so many of the withdrawn items are being sent.
func (q *Queue) Sending(items int) {
	q.sending.Add(int64(items)) // first, so that Len misses none
	q.submitted.Add(int64(items))
	q.waiting.Add(-int64(items))
}

// Recycle lets the queue use the memory of a chunk that Take returned again.
func (q *Queue) Recycle(c Chunk) {
	const most, largest = 8, 1 << 20
	q.spareMu.Lock()
	defer q.spareMu.Unlock()
	if len(q.spare) < most && cap(c.Bytes) <= largest {
		q.spare = append(q.spare, c.Bytes[:0])
	}
}

// empty returns a buffer that was recycled, nil when there is none.
func (q *Queue) empty() []byte {
	q.spareMu.Lock()
	defer q.spareMu.Unlock()
	n := len(q.spare)
	if n == 0 {
		return nil
	}
	b := q.spare[n-1]
	q.spare = q.spare[:n-1]
	return b
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
