package kafkago

import (
	"slices"

	"github.com/segmentio/kafka-go"
	"go.weft.dev/sdk/propagation"
)

// header is the headers of a message as a carrier of contexts. What it changes is a copy: the program may use one
// list for many messages.
type header []kafka.Header

func (h header) Get(key string) string {
	for i := range h {
		if h[i].Key == key {
			return string(h[i].Value)
		}
	}
	return ""
}

func (h *header) Set(key, value string) {
	h.remove(func(other string) bool { return other == key })
	*h = append(*h, kafka.Header{Key: key, Value: []byte(value)})
}

// clear takes out what Set may have set.
func (h *header) clear() {
	h.remove(func(key string) bool { return slices.Contains(propagation.Fields(), key) })
}

func (h *header) remove(which func(key string) bool) {
	*h = slices.DeleteFunc(slices.Clone(*h), func(h kafka.Header) bool { return which(h.Key) })
}

// fits reports whether a message stays below the writer's limit with a context: one that just fits is sent as it is.
func fits(m *kafka.Message, limit int64) bool {
	const room = 1 << 10 // for a context, and for what frames a message
	size := len(m.Key) + len(m.Value) + room
	for i := range m.Headers {
		size += len(m.Headers[i].Key) + len(m.Headers[i].Value)
	}
	return int64(size) <= limit
}
