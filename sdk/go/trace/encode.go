package trace

import (
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
	r.name = wire.UTF8(r.name)
	if r.status == StatusError {
		r.description = wire.UTF8(r.description)
	}
	size := r.size(s)
	shard := r.provider.queue.Lock(r.shard, wire.SizeBytes(size))
	if shard == nil {
		return
	}
	b := shard.Buffer(r.scope)
	b = append(b, queueTag)
	b = wire.AppendVarint(b, uint64(size))
	shard.Unlock(r.scope, r.appendTo(b, s, end))
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

// appendTo appends the Span message.
func (r *record) appendTo(b []byte, s *Span, end int64) []byte {
	b = append(b, tagTraceID, 16)
	b = append(b, s.traceID[:]...)
	b = append(b, tagSpanID, 8)
	b = append(b, s.id[:]...)
	if s.root.state != "" {
		b = wire.AppendString(b, tagTraceState, s.root.state)
	}
	if r.hasParent {
		b = append(b, tagParentSpanID, 8)
		b = append(b, r.parentID[:]...)
	}
	b = append(b, 16<<3&0x7f|0x80|wire.Fixed32, 16>>4) // flags, field 16
	b = wire.AppendFixed32(b, protoFlags(s.flags, r.remote))
	b = wire.AppendString(b, tagName, r.name)
	b = append(b, tagKind, byte(r.kind))
	b = append(b, tagStart)
	b = wire.AppendFixed64(b, uint64(s.root.anchor+r.start))
	b = append(b, tagEnd)
	b = wire.AppendFixed64(b, uint64(s.root.anchor+end))
	b = r.attributes.appendTo(b, tagDroppedAttributes)
	if r.more {
		b = r.events.appendTo(b, tagDroppedEvents)
		b = r.links.appendTo(b, tagDroppedLinks)
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

// appendTo appends the items and the count of dropped ones.
func (l *list) appendTo(b []byte, tagDropped byte) []byte {
	b = append(b, l.bytes...)
	if l.dropped > 0 {
		b = append(b, tagDropped)
		b = wire.AppendVarint(b, uint64(l.dropped))
	}
	return b
}
