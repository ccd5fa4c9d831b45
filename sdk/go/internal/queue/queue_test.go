package queue

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.weft.dev/sdk/internal/wire"
)

// put adds an item of one scope and reports whether there was room.
func put(q *Queue, shard uint32, scope *Scope, item string) bool {
	b := wire.AppendString(nil, 2<<3|wire.Bytes, item)
	s := q.Lock(&shard, len(b))
	if s == nil {
		return false
	}
	s.Unlock(append(s.Buffer(scope, len(b)), b...))
	return true
}

// field is an item of one byte's message.
var field = wire.AppendString(nil, 2<<3|wire.Bytes, "x")

func noWake(bool) {}

// What is withdrawn takes up room until it is being sent, what is being sent does
// not, and each item is counted until it is done.
func TestItemsAreBounded(t *testing.T) {
	q := New(3, 1<<20, 10, noWake)
	fill := func() (taken int) {
		for put(q, uint32(taken), DefaultScope(), "x") {
			taken++
		}
		return taken
	}
	if n := fill(); n != 3 {
		t.Errorf("%d items fit, want 3", n)
	}
	items, bytes := 0, 0
	for _, b := range q.Withdraw() {
		items += b.Items
		bytes += b.Size()
	}
	if n := fill(); items != 3 || n != 0 {
		t.Errorf("%d items withdrawn, then %d fit, want 3 and 0", items, n)
	}
	q.Sending(2)
	if n := fill(); n != 2 || q.Len() != 5 || q.BeingSent() != 2 {
		t.Errorf("%d items fit, %d are there, %d being sent, want 2, 5, 2", n, q.Len(), q.BeingSent())
	}
	q.Done(2, 2*bytes/3)
	if n := fill(); n != 0 || q.Len() != 3 || q.BeingSent() != 0 {
		t.Errorf("%d items fit, %d are there, %d being sent, want 0, 3, 0", n, q.Len(), q.BeingSent())
	}
	if got := q.Dropped(); got != 4 {
		t.Errorf("%d dropped, want the 4 that did not fit", got)
	}
}

// Bytes are bounded whatever becomes of them, until they are done.
func TestBytesAreBounded(t *testing.T) {
	q := New(1000, 30, 10, noWake)
	const item = "12345678" // 10 bytes with tag and length
	for i := range 3 {
		if !put(q, 0, DefaultScope(), item) {
			t.Errorf("item %d does not fit", i)
		}
	}
	if put(q, 0, DefaultScope(), "") {
		t.Error("one byte more fits")
	}
	for _, b := range q.Take() {
		if put(q, 0, DefaultScope(), "") {
			t.Error("what is being sent is not counted")
		}
		q.Done(b.Items, b.Size())
	}
	if !put(q, 0, DefaultScope(), item) || q.Len() != 1 || q.Dropped() != 2 {
		t.Errorf("%d items, %d dropped, want 1 and 2", q.Len(), q.Dropped())
	}
}

func TestWake(t *testing.T) {
	var woken []bool
	q := New(100, 1<<20, 3, func(full bool) { woken = append(woken, full) })
	for range 7 {
		put(q, 0, DefaultScope(), "x")
	}
	want := []bool{false, true, true} // with the first item, the third and the sixth
	if len(woken) != 3 || woken[0] != want[0] || woken[1] != want[1] || woken[2] != want[2] {
		t.Errorf("woken %v, want %v", woken, want)
	}
}

// Items stay in order, whatever scopes they are of, and scopes of the same name are one.
func TestScopes(t *testing.T) {
	a, b := NewScope("queue test a", "1"), NewScope("queue test b", "")
	if NewScope("queue test a", "1") != a || NewScope("queue test a", "2") == a {
		t.Error("scopes are told apart by something else than name and version")
	}
	q := New(1000, 1<<20, 1000, noWake)
	var want []string
	// Items that are longer than a block, and so many that they take several.
	for i, size := range []int{1, 3, blockSize, 0, blockSize + 1, 1000, 5000, 9000, 9000, 7000, 10} {
		for scope, put1 := range map[*Scope]bool{a: i%2 == 0, b: i%3 == 0} {
			if put1 {
				item := strings.Repeat(strconv.Itoa(i), size)
				put(q, 0, scope, item)
				want = append(want, string(scope.Encoded())+item)
			}
		}
	}
	var got []string
	for _, block := range q.Take() {
		size := 0
		for item := range block.All {
			f, rest, ok := wire.Next(item.Bytes)
			if !ok || len(rest) > 0 {
				t.Fatalf("an item of %d bytes, %d of them too many", len(item.Bytes), len(rest))
			}
			got = append(got, string(item.Scope.Encoded())+string(f.Data))
			size += len(item.Bytes)
		}
		if size != block.Size() {
			t.Errorf("a block of %d bytes says %d", size, block.Size())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d items, want these %d, in order", len(got), len(want))
	}
}

// The memory of blocks is used again, that of larger ones is not kept.
func TestBlocksAreUsedAgain(t *testing.T) {
	q := New(1000, 1<<20, 1000, noWake)
	cycle := func(item string) {
		for range 20 {
			put(q, 0, DefaultScope(), item)
		}
		for _, b := range q.Take() {
			q.Done(b.Items, b.Size())
			q.Recycle(b)
		}
	}
	small, large := strings.Repeat("x", 5000), strings.Repeat("x", 2*blockSize)
	cycle(large)
	if len(q.spare) != 0 {
		t.Errorf("%d blocks kept that are larger than others", len(q.spare))
	}
	cycle(small)
	kept := len(q.spare)
	cycle(small)
	if kept != 7 || len(q.spare) != kept {
		t.Errorf("%d blocks kept, then %d, want the 7 that 20 items of %d bytes take", kept, len(q.spare), len(small))
	}
}

// Who finds a shard taken goes to another one and stays there, and waits only where all
// are taken.
func TestShardsAreNotWaitedFor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	q := New(100, 1<<20, 100, noWake)
	var here, there uint32
	first, second := q.Lock(&here, len(field)), q.Lock(&there, len(field))
	if first == second || here != 0 || there != 1 {
		t.Fatalf("shards %d and %d, want 0 and 1", here, there)
	}
	third := make(chan *Shard)
	go func() {
		number := uint32(7)
		third <- q.Lock(&number, len(field))
	}()
	first.Unlock(append(first.Buffer(DefaultScope(), len(field)), field...))
	second.Unlock(append(second.Buffer(DefaultScope(), len(field)), field...))
	s := <-third
	s.Unlock(append(s.Buffer(DefaultScope(), len(field)), field...))
	if again := q.Lock(&there, len(field)); again != second {
		t.Error("has not stayed in its shard")
	} else {
		again.Unlock(append(again.Buffer(DefaultScope(), len(field)), field...))
	}
	if q.Len() != 4 {
		t.Errorf("%d items, want 4", q.Len())
	}
}

// What was there is withdrawn at once, even where it is put aside at that very moment.
func TestWithdrawMissesNothing(t *testing.T) {
	q := New(100, 1<<20, 100, noWake)
	put(q, 0, DefaultScope(), strings.Repeat("x", blockSize/2))
	item := wire.AppendString(nil, 2<<3|wire.Bytes, strings.Repeat("x", blockSize))
	var number uint32
	s := q.Lock(&number, len(item))
	withdrawn := make(chan []Block)
	go func() { withdrawn <- q.Withdraw() }()
	for range 1000 {
		runtime.Gosched() // it waits for the shard
	}
	s.Unlock(append(s.Buffer(DefaultScope(), len(item)), item...))
	items := 0
	for _, b := range <-withdrawn {
		items += b.Items
	}
	if items != 2 {
		t.Errorf("%d items withdrawn, want both", items)
	}
}

// Under load each item is either refused or taken exactly once, and no more are
// there than fit.
func TestConcurrent(t *testing.T) {
	const limit, each, producers = 64, 5000, 4
	q := New(limit, 1<<20, 16, noWake)
	var accepted atomic.Int64
	var all sync.WaitGroup
	for p := range producers {
		all.Add(1)
		go func() {
			defer all.Done()
			for range each {
				if put(q, uint32(p), DefaultScope(), "item") {
					accepted.Add(1)
				}
				// As many are being sent at most as wait, and each of the others may be
				// about to be refused.
				if n := q.Len(); n > 2*limit+producers {
					t.Errorf("%d items", n)
				}
			}
		}()
	}
	produced := make(chan struct{})
	go func() {
		all.Wait()
		close(produced)
	}()
	taken := int64(0)
	for more := true; more; {
		select {
		case <-produced:
			more = false
		default:
		}
		for _, b := range q.Withdraw() {
			q.Sending(b.Items)
			taken += int64(b.Items)
			q.Done(b.Items, b.Size())
			q.Recycle(b)
		}
	}
	if taken != accepted.Load() || q.Len() != 0 || taken+q.Dropped() != producers*each {
		t.Errorf("%d taken, %d accepted, %d dropped, %d left", taken, accepted.Load(), q.Dropped(), q.Len())
	}
}
