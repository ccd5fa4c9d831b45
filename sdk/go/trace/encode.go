package trace

import (
	"encoding/binary"

	"go.weft.dev/sdk/internal/wire"
)

// Fields of Span with tags of one byte, and those of two (field 16 and above).
const (
	tagTraceID           = 1<<3 | wire.Bytes
	tagSpanID            = 2<<3 | wire.Bytes
	tagTraceState        = 3<<3 | wire.Bytes
	tagParentSpanID      = 4<<3 | wire.Bytes
	tagName              = 5<<3 | wire.Bytes
	tagKind              = 6<<3 | wire.Varint
	tagStart             = 7<<3 | wire.Fixed64
	tagEnd               = 8<<3 | wire.Fixed64
	tagDroppedAttributes = 10<<3 | wire.Varint
	tagDroppedEvents     = 12<<3 | wire.Varint
	tagDroppedLinks      = 14<<3 | wire.Varint
	tagStatus            = 15<<3 | wire.Bytes

	tagStatusMessage = 2<<3 | wire.Bytes
	tagStatusCode    = 3<<3 | wire.Varint
)

// Bits of the flags field that say whether the parent is remote.
const (
	flagsHasIsRemote = 1 << 8
	flagsIsRemote    = 1 << 9
)

// protoFlags is the flags field of a span or link whose parent or target is
// remote or not.
func protoFlags(flags byte, remote bool) uint32 {
	f := uint32(flags) | flagsHasIsRemote
	if remote {
		f |= flagsIsRemote
	}
	return f
}

// end puts the finished span into the queue. The caller holds the record.
func (r *record) end(s *Span, end int64) {
	if name := wire.UTF8(r.name); name != r.name {
		r.name = name
	}
	if r.status == StatusError {
		r.description = wire.UTF8(r.description)
	}
	size := r.size(s)
	room := wire.SizeBytes(size)
	shard := r.provider.queue.Lock(&r.shard, room)
	if shard == nil {
		return
	}
	b := append(shard.Buffer(r.scope, room), queueTag)
	b = wire.AppendVarint(b, uint64(size))
	shard.Unlock(r.appendTo(b, s, end))
}

// queueTag is the tag of ScopeSpans.spans, which starts each span in the queue.
const queueTag = 2<<3 | wire.Bytes

// size is the number of bytes that appendTo appends.
func (r *record) size(s *Span) int {
	n := wire.SizeBytes(16) + wire.SizeBytes(8) + (2 + 4) + wire.SizeBytes(len(r.name)) + 2 + 9 + 9
	if s.root.state != "" {
		n += wire.SizeBytes(len(s.root.state))
	}
	if r.hasParent {
		n += wire.SizeBytes(8)
	}
	n += r.attributes.size()
	if r.more {
		n += r.events.size() + r.links.size()
	}
	if status := r.statusSize(); status > 0 {
		n += wire.SizeBytes(status)
	}
	return n
}

// statusSize is the size of the status, 0 where there is none.
func (r *record) statusSize() int {
	switch {
	case r.status == StatusUnset:
		return 0
	case r.status == StatusError && r.description != "":
		return 2 + wire.SizeBytes(len(r.description))
	}
	return 2
}

// size is the number of bytes that appendTo appends.
func (l *list) size() int {
	n := len(l.bytes)
	if l.dropped > 0 {
		n += 1 + wire.SizeVarint(uint64(l.dropped))
	}
	return n
}

// What all spans have is written in blocks, for which b has room: there is a third as much code to fetch
// as with one append for each field.
type (
	idsBlock    [2 + 16 + 2 + 8]byte
	parentBlock [2 + 8]byte
	flagsBlock  [2 + 4]byte
	timesBlock  [2 + 9 + 9]byte
)

// appendTo appends the Span message to b, which has room for it.
func (r *record) appendTo(b []byte, s *Span, end int64) []byte {
	n := len(b)
	b = b[:n+len(idsBlock{})]
	ids := (*idsBlock)(b[n:])
	ids[0], ids[1] = tagTraceID, 16
	*(*TraceID)(ids[2:]) = s.root.traceID
	ids[18], ids[19] = tagSpanID, 8
	*(*SpanID)(ids[20:]) = s.id
	if s.root.state != "" {
		b = wire.AppendString(b, tagTraceState, s.root.state)
	}
	if r.hasParent {
		n = len(b)
		b = b[:n+len(parentBlock{})]
		parent := (*parentBlock)(b[n:])
		parent[0], parent[1] = tagParentSpanID, 8
		*(*SpanID)(parent[2:]) = r.parentID
	}
	n = len(b)
	b = b[:n+len(flagsBlock{})]
	flags := (*flagsBlock)(b[n:])
	flags[0], flags[1] = 16<<3&0x7f|0x80|wire.Fixed32, 16>>4 // field 16
	binary.LittleEndian.PutUint32(flags[2:], protoFlags(s.flags, r.remote))
	b = wire.AppendString(b, tagName, r.name)
	n = len(b)
	b = b[:n+len(timesBlock{})]
	times := (*timesBlock)(b[n:])
	times[0], times[1] = tagKind, byte(r.kind)
	times[2] = tagStart
	binary.LittleEndian.PutUint64(times[3:], uint64(s.root.anchor+r.start))
	times[11] = tagEnd
	binary.LittleEndian.PutUint64(times[12:], uint64(s.root.anchor+end))
	b = append(b, r.attributes.bytes...)
	if r.more || r.status != StatusUnset || r.attributes.dropped > 0 {
		b = r.appendRest(b)
	}
	return b
}

// appendRest appends what few spans have.
func (r *record) appendRest(b []byte) []byte {
	b = r.attributes.appendDropped(b, tagDroppedAttributes)
	if r.more {
		b = r.events.appendDropped(append(b, r.events.bytes...), tagDroppedEvents)
		b = r.links.appendDropped(append(b, r.links.bytes...), tagDroppedLinks)
	}
	if status := r.statusSize(); status > 0 {
		b = append(b, tagStatus)
		b = wire.AppendVarint(b, uint64(status))
		if r.status == StatusError && r.description != "" {
			b = wire.AppendString(b, tagStatusMessage, r.description)
		}
		b = append(b, tagStatusCode, byte(r.status))
	}
	return b
}

// appendDropped appends the count of dropped items.
func (l *list) appendDropped(b []byte, tag byte) []byte {
	if l.dropped > 0 {
		b = append(b, tag)
		b = wire.AppendVarint(b, uint64(l.dropped))
	}
	return b
}
