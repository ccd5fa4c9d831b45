package log

import (
	"sync"
	"sync/atomic"
	"time"

	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

// Record is one log record that is being made. It must not be used after Emit.
type Record struct {
	provider *provider
	scope    *queue.Scope
	shard    uint32 // of the queue

	time     int64 // nanoseconds since 1970, 0 for unknown
	severity Severity
	text     string // of the severity
	event    string
	body     string
	hasBody  bool

	hasTrace bool
	traceID  [16]byte
	spanID   [8]byte
	flags    byte

	attributes []byte  // encoded
	items      []item  // attributes of all open groups, from the outermost
	groups     []group // that are open
	dropped    uint32
	arrays     int // that are being encoded, each within the one before
	scratch    []byte
}

// nextShard spreads records over the queue's shards. Records stay with the processor
// that made them (sync.Pool), and so do, nearly, the shards.
var nextShard atomic.Uint32

var records = sync.Pool{New: func() any { return &Record{shard: nextShard.Add(1)} }}

// SetTime says when what the record tells of happened. Without it the record has only
// the time at which it was observed.
func (r *Record) SetTime(t time.Time) {
	if !t.IsZero() {
		r.time = t.UnixNano()
	}
}

// SetSeverity sets the severity, and its name in the library that it comes from.
func (r *Record) SetSeverity(s Severity, text string) { r.severity, r.text = s, text }

// SetBody sets the message.
func (r *Record) SetBody(message string) { r.body, r.hasBody = message, true }

// SetEvent makes the record an event of that name.
func (r *Record) SetEvent(name string) { r.event = name }

// SetTrace says to which span the record belongs.
func (r *Record) SetTrace(traceID [16]byte, spanID [8]byte, flags byte) {
	r.hasTrace, r.traceID, r.spanID, r.flags = true, traceID, spanID, flags
}

// Fields of LogRecord (opentelemetry/proto/logs/v1/logs.proto).
const (
	tagTime              = 1<<3 | wire.Fixed64
	tagSeverity          = 2<<3 | wire.Varint
	tagSeverityText      = 3<<3 | wire.Bytes
	tagBody              = 5<<3 | wire.Bytes
	tagAttribute         = 6<<3 | wire.Bytes
	tagDropped           = 7<<3 | wire.Varint
	tagFlags             = 8<<3 | wire.Fixed32
	tagTraceID           = 9<<3 | wire.Bytes
	tagSpanID            = 10<<3 | wire.Bytes
	tagObserved          = 11<<3 | wire.Fixed64
	tagEvent             = 12<<3 | wire.Bytes
	queueTag        byte = 2<<3 | wire.Bytes // ScopeLogs.log_records, which starts each record in the queue
)

// Emit puts the record into the queue, where it is dropped when there is no room.
func (r *Record) Emit() {
	for len(r.groups) > 0 {
		r.CloseGroup()
	}
	r.text, r.event, r.body = wire.UTF8(r.text), wire.UTF8(r.event), wire.UTF8(r.body)
	size := r.size()
	room := wire.SizeBytes(size)
	if shard := r.provider.queue.Lock(&r.shard, room); shard != nil {
		b := append(shard.Buffer(r.scope, room), queueTag)
		b = wire.AppendVarint(b, uint64(size))
		shard.Unlock(r.appendTo(b))
	}
	r.Discard()
}

// Discard gives the record up. Emit does so as well.
func (r *Record) Discard() {
	const most, mostItems = 16 << 10, 256 // what the pool keeps
	attributes, items, groups, scratch := r.attributes[:0], r.items[:0], r.groups[:0], r.scratch[:0]
	if cap(attributes)+cap(scratch) > most {
		attributes, scratch = nil, nil
	}
	if cap(items)+cap(groups) > mostItems {
		items, groups = nil, nil
	}
	*r = Record{shard: r.shard, attributes: attributes, items: items, groups: groups, scratch: scratch}
	records.Put(r)
}

// size is the number of bytes that appendTo appends.
func (r *Record) size() int {
	n := 9 + len(r.attributes)
	if r.time != 0 {
		n += 9
	}
	if r.severity != 0 {
		n += 2
	}
	for _, s := range [...]string{r.text, r.event} {
		if s != "" {
			n += wire.SizeBytes(len(s))
		}
	}
	if r.hasBody {
		n += wire.SizeBytes(wire.SizeBytes(len(r.body)))
	}
	if r.dropped > 0 {
		n += 1 + wire.SizeVarint(uint64(r.dropped))
	}
	if r.hasTrace {
		n += 5 + wire.SizeBytes(16) + wire.SizeBytes(8)
	}
	return n
}

// appendTo appends the LogRecord message.
func (r *Record) appendTo(b []byte) []byte {
	if r.time != 0 {
		b = wire.AppendFixed64(append(b, tagTime), uint64(r.time))
	}
	if r.severity != 0 {
		b = append(b, tagSeverity, byte(r.severity))
	}
	if r.text != "" {
		b = wire.AppendString(b, tagSeverityText, r.text)
	}
	if r.hasBody {
		b = wire.AppendVarint(append(b, tagBody), uint64(wire.SizeBytes(len(r.body))))
		b = wire.AppendString(b, tagString, r.body)
	}
	b = append(b, r.attributes...)
	if r.dropped > 0 {
		b = wire.AppendVarint(append(b, tagDropped), uint64(r.dropped))
	}
	if r.hasTrace {
		b = wire.AppendFixed32(append(b, tagFlags), uint32(r.flags))
		b = append(append(b, tagTraceID, 16), r.traceID[:]...)
		b = append(append(b, tagSpanID, 8), r.spanID[:]...)
	}
	b = wire.AppendFixed64(append(b, tagObserved), uint64(time.Now().UnixNano()))
	if r.event != "" {
		b = wire.AppendString(b, tagEvent, r.event)
	}
	return b
}
