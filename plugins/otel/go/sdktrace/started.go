package sdktrace

import (
	"sync"

	weft "go.weft.dev/sdk/trace"
)

// started holds the runtime's form of the SDK's spans that have not ended, since the SDK's have no place for it.
var started [64]struct {
	sync.Mutex
	spans map[weft.SpanID]*weft.Span
}

// most is how many spans each part of started holds. A program may forget to end spans.
const most = 256

func remember(s *weft.Span) {
	if s == nil {
		return
	}
	id := s.SpanID()
	part := &started[id[7]%64]
	part.Lock()
	if part.spans == nil {
		part.spans = make(map[weft.SpanID]*weft.Span)
	}
	var old *weft.Span
	if len(part.spans) >= most {
		for id, s := range part.spans {
			delete(part.spans, id)
			old = s
			break
		}
	}
	part.spans[id] = s
	part.Unlock()
	old.End()
}

func forget(id weft.SpanID) *weft.Span {
	part := &started[id[7]%64]
	part.Lock()
	defer part.Unlock()
	s := part.spans[id]
	delete(part.spans, id)
	return s
}
