package trace

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

// record replaces the provider by one whose spans end up in the queue that is
// returned, and leaves the goroutine without a span.
func recordInto(t testing.TB, change func(*provider)) *queue.Queue {
	t.Helper()
	q := queue.New(1<<20, 1<<30, 1<<20, func(bool) {})
	p := &provider{
		recording: true, queue: q,
		sampler: sampler{parentBased: true, bound: always},
		limits:  limits{128, 128, 128, 128, 128, -1},
	}
	if change != nil {
		change(p)
	}
	before := configured.Swap(p)
	goroutine.Clear(nil)
	t.Cleanup(func() {
		configured.Store(before)
		goroutine.Clear(nil)
	})
	return q
}

// finished is a span as it was queued.
type finished struct {
	name             string
	id, parent       string
	trace            string
	flags            uint64
	kind, start, end uint64
	attributes       map[string]string // raw AnyValue by key
	order            []string
	events, links    int
	droppedAttrs     uint64
	droppedEvents    uint64
	droppedLinks     uint64
	status           uint64
	message          string
	state            string
}

func spansIn(t testing.TB, q *queue.Queue) map[string]finished {
	t.Helper()
	spans := map[string]finished{}
	for _, block := range q.Take() {
		for item := range block.All {
			f, rest, ok := wire.Next(item.Bytes)
			if !ok || len(rest) > 0 || f.Number != 2 || f.Type != wire.Bytes {
				t.Fatalf("queue holds field %d of type %d, and %d bytes more", f.Number, f.Type, len(rest))
			}
			s := decode(t, f.Data)
			spans[s.name] = s
		}
	}
	return spans
}

func decode(t testing.TB, message []byte) finished {
	s := finished{attributes: map[string]string{}}
	size := 0
	for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
		size = len(message) - len(rest)
		switch f.Number {
		case 1:
			s.trace = string(f.Data)
		case 2:
			s.id = string(f.Data)
		case 3:
			s.state = string(f.Data)
		case 4:
			s.parent = string(f.Data)
		case 5:
			s.name = string(f.Data)
		case 6:
			s.kind = f.Value
		case 7:
			s.start = f.Value
		case 8:
			s.end = f.Value
		case 9:
			key, rest, _ := wire.Next(f.Data)
			value, _, _ := wire.Next(rest)
			s.attributes[string(key.Data)] = string(value.Data)
			s.order = append(s.order, string(key.Data))
		case 10:
			s.droppedAttrs = f.Value
		case 11:
			s.events++
		case 12:
			s.droppedEvents = f.Value
		case 13:
			s.links++
		case 14:
			s.droppedLinks = f.Value
		case 15:
			for f, rest, ok := wire.Next(f.Data); ok; f, rest, ok = wire.Next(rest) {
				if f.Number == 2 {
					s.message = string(f.Data)
				} else {
					s.status = f.Value
				}
			}
		case 16:
			s.flags = f.Value
		}
	}
	if size != len(message) {
		t.Errorf("span %q ends in %d bytes that do not decode", s.name, len(message)-size)
	}
	return s
}

func TestParents(t *testing.T) {
	ctx := context.Background()
	tests := []struct {
		name string
		run  func()
		want map[string]string // child to parent, "" for a root
	}{
		{"nested on one goroutine", func() {
			a, _ := Start(ctx, "a", KindServer)
			b, _ := Start(ctx, "b", KindInternal)
			c, _ := Start(ctx, "c", KindClient)
			c.End()
			d, _ := Start(ctx, "d", KindClient)
			d.End()
			b.End()
			e, _ := Start(ctx, "e", KindClient)
			e.End()
			a.End()
			f, _ := Start(ctx, "f", KindClient)
			f.End()
		}, map[string]string{"a": "", "b": "a", "c": "b", "d": "b", "e": "a", "f": ""}},
		{"context before goroutine", func() {
			a, ctxA := Start(ctx, "a", KindServer)
			a.End()
			b, _ := Start(ctx, "b", KindServer)
			c, _ := Start(ctxA, "c", KindClient)
			c.End()
			b.End()
		}, map[string]string{"a": "", "b": "", "c": "a"}},
		{"goroutine where it descends from the context", func() {
			a, ctxA := Start(ctx, "a", KindServer)
			b, _ := Start(ctxA, "b", KindInternal)
			c, _ := Start(ctxA, "c", KindClient)
			c.End()
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": "a", "c": "b"}},
		{"sibling of the goroutine's span by context", func() {
			a, ctxA := Start(ctx, "a", KindServer)
			b, ctxB := Start(ctxA, "b", KindInternal)
			b.End()
			c, _ := Start(ctxA, "c", KindInternal)
			d, _ := Start(ctxB, "d", KindClient)
			d.End()
			c.End()
			a.End()
		}, map[string]string{"a": "", "b": "a", "c": "a", "d": "b"}},
		{"ended out of order", func() {
			a, _ := Start(ctx, "a", KindServer)
			b, _ := Start(ctx, "b", KindInternal)
			c, _ := Start(ctx, "c", KindInternal)
			b.End()
			d, _ := Start(ctx, "d", KindClient)
			d.End()
			c.End()
			e, _ := Start(ctx, "e", KindClient)
			e.End()
			a.End()
			f, _ := Start(ctx, "f", KindClient)
			f.End()
		}, map[string]string{"a": "", "b": "a", "c": "b", "d": "c", "e": "a", "f": ""}},
		{"inherited by a goroutine", func() {
			a, _ := Start(ctx, "a", KindServer)
			done := make(chan bool)
			go func() {
				b, _ := Start(ctx, "b", KindClient)
				b.End()
				close(done)
			}()
			<-done
			a.End()
		}, map[string]string{"a": "", "b": "a"}},
		{"after the end of the root, for a while", func() {
			a, _ := Start(ctx, "a", KindServer)
			ended, done := make(chan bool), make(chan bool)
			go func() {
				<-ended
				b, _ := Start(ctx, "b", KindClient)
				c, _ := Start(ctx, "c", KindClient)
				c.End()
				b.End()
				close(done)
			}()
			a.End()
			close(ended)
			<-done
		}, map[string]string{"a": "", "b": "a", "c": "b"}},
		{"not for ever", func() {
			a, _ := Start(ctx, "a", KindServer)
			ended, done := make(chan bool), make(chan bool)
			go func() {
				<-ended
				b, _ := Start(ctx, "b", KindClient)
				c, _ := Start(ctx, "c", KindClient)
				c.End()
				b.End()
				close(done)
			}()
			a.End()
			a.root.ended.Add(-adoptionGrace)
			close(ended)
			<-done
		}, map[string]string{"a": "", "b": "", "c": "b"}},
		{"ended on another goroutine", func() {
			a, _ := Start(ctx, "a", KindServer)
			b, _ := Start(ctx, "b", KindClient)
			done := make(chan bool)
			go func() {
				Detach()
				b.End()
				close(done)
			}()
			<-done
			c, _ := Start(ctx, "c", KindClient)
			c.End()
			a.End()
			d, _ := Start(ctx, "d", KindClient)
			d.End()
		}, map[string]string{"a": "", "b": "a", "c": "a", "d": ""}},
		{"detached", func() {
			a, _ := Start(ctx, "a", KindServer)
			done := make(chan bool)
			go func() {
				Detach()
				b, _ := Start(ctx, "b", KindClient)
				b.End()
				close(done)
			}()
			<-done
			a.End()
		}, map[string]string{"a": "", "b": ""}},
		{"a server ignores who started it", func() {
			a, _ := Start(ctx, "a", KindInternal)
			b, _ := StartRemote(ctx, SpanContext{}, "b", KindServer)
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": ""}},
		{"a server takes the span of its context", func() {
			a, ctxA := Start(ctx, "a", KindInternal)
			b, _ := StartRemote(ctxA, SpanContext{}, "b", KindServer)
			b.End()
			a.End()
		}, map[string]string{"a": "", "b": "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := recordInto(t, nil)
			tt.run()
			spans := spansIn(t, q)
			if len(spans) != len(tt.want) {
				t.Errorf("%d spans, want %d", len(spans), len(tt.want))
			}
			for child, parent := range tt.want {
				c := spans[child]
				if parent == "" {
					if c.parent != "" {
						t.Errorf("%s has a parent", child)
					}
					continue
				}
				if c.parent != spans[parent].id || c.trace != spans[parent].trace {
					t.Errorf("%s is not a child of %s", child, parent)
				}
			}
			if Current() != nil {
				t.Error("a span is current after all have ended")
			}
		})
	}
}

func TestRemoteParent(t *testing.T) {
	q := recordInto(t, nil)
	parent := SpanContext{TraceID: TraceID{1}, SpanID: SpanID{2}, Flags: FlagSampled, Remote: true, State: "a=1"}
	s, ctx := StartRemote(context.Background(), parent, "server", KindServer)
	child, _ := Start(ctx, "client", KindClient)
	if got := child.SpanContext(); got.TraceID != parent.TraceID || got.State != "a=1" || !got.IsSampled() || got.Remote {
		t.Errorf("child has the context %+v", got)
	}
	child.End()
	s.End()
	spans := spansIn(t, q)
	if got := spans["server"]; got.parent != string(parent.SpanID[:]) || got.flags != 0x301 || got.state != "a=1" || got.kind != 2 {
		t.Errorf("server span is %+v", got)
	}
	if got := spans["client"]; got.flags != 0x101 || got.kind != 3 {
		t.Errorf("client span is %+v", got)
	}
}

func TestWhatASpanHolds(t *testing.T) {
	q := recordInto(t, func(p *provider) {
		p.limits = limits{attributes: 4, events: 2, links: 1, eventAttributes: 1, linkAttributes: 1, valueLength: 5}
	})
	key := attribute.NewKey
	s, _ := Start(context.Background(), "first", Kind(0))
	s.SetString(key("a"), "1")
	s.SetInt(key("b"), -1)
	s.SetString(key("a"), "größer")
	s.SetBool(key("c"), true)
	s.SetFloat(key("d"), 1.5)
	s.SetStrings(key("e"), []string{"too", "many"})
	s.SetString(attribute.Key{}, "no key")
	s.SetName("renamed\xff")
	s.RecordError(errors.New("bad"))
	s.AddEvent("e", key("x").Int(1), key("y").Int(2))
	s.AddEvent("one too many")
	s.AddLink(SpanContext{TraceID: TraceID{1}, SpanID: SpanID{2}})
	s.AddLink(SpanContext{TraceID: TraceID{1}, SpanID: SpanID{3}})
	s.SetError("broken")
	s.End()
	s.SetString(key("late"), "x")
	s.End()

	spans := spansIn(t, q)
	got := spans["renamed\uFFFD"]
	if got.kind != 1 || got.status != 2 || got.message != "broken" || got.end < got.start || got.start == 0 {
		t.Errorf("span is %+v", got)
	}
	if got.events != 2 || got.droppedEvents != 1 || got.links != 1 || got.droppedLinks != 1 || got.droppedAttrs != 1 {
		t.Errorf("limits do not hold: %+v", got)
	}
	if want := "\x0a\x07größe"; got.attributes["a"] != want {
		t.Errorf("a = %q, want %q", got.attributes["a"], want)
	}
	if len(got.order) != 4 || got.order[3] != "d" {
		t.Errorf("attributes %q", got.order)
	}
	if len(spans) != 1 {
		t.Errorf("%d spans, want 1", len(spans))
	}
}

// SetAttributes sets what the other setters do, by the same rules.
func TestSetAttributes(t *testing.T) {
	q := recordInto(t, func(p *provider) { p.limits.attributes, p.limits.valueLength = 5, 5 })
	key := attribute.NewKey
	long := strings.Repeat("x", 200)
	s, _ := Start(context.Background(), "together", KindInternal)
	s.SetString(key("a"), "before")
	s.SetAttributes(
		key("a").String("größer"), key("b").Int(-1), key("c").Bool(true), key("d").Float(1.5),
		key("e").Strings([]string{"x", long}), attribute.Key{}.String("no key"), key("f").Int(1),
	)
	s.SetAttributes()
	s.End()
	s.SetAttributes(key("a").String("late"))

	one, _ := Start(context.Background(), "one by one", KindInternal)
	one.SetString(key("a"), "größer")
	one.SetInt(key("b"), -1)
	one.SetBool(key("c"), true)
	one.SetFloat(key("d"), 1.5)
	one.SetStrings(key("e"), []string{"x", long})
	one.SetInt(key("f"), 1)
	one.End()

	spans := spansIn(t, q)
	got, want := spans["together"], spans["one by one"]
	if !maps.Equal(got.attributes, want.attributes) || !slices.Equal(got.order, want.order) || got.droppedAttrs != 1 || want.droppedAttrs != 1 {
		t.Errorf("got %q, %d dropped, want %q, %d dropped", got.attributes, got.droppedAttrs, want.attributes, want.droppedAttrs)
	}
	if len(got.order) != 5 || !strings.Contains(got.attributes["e"], "xxxxx") || strings.Contains(got.attributes["e"], "xxxxxx") {
		t.Errorf("attributes %q", got.attributes)
	}
}

// SetCommon sets what SetAttributes does, whatever the span has already and may have.
func TestSetCommon(t *testing.T) {
	key := attribute.NewKey
	common := []attribute.Attribute{key("a").String("größer"), key("b").Int(1), key("c").Bool(true)}
	for _, test := range []struct {
		name   string
		common []attribute.Attribute
		before []attribute.Attribute
		limit  int
		length int
	}{
		{"as a whole", common, nil, 128, -1},
		{"after others", common, []attribute.Attribute{key("x").String("1"), key("y").String("2")}, 128, -1},
		{"in place of one", common, []attribute.Attribute{key("x").String("1"), key("b").String("2")}, 128, -1},
		{"too many", common, []attribute.Attribute{key("x").String("1")}, 3, -1},
		{"as many as there may be", common, []attribute.Attribute{key("x").String("1")}, 4, -1},
		{"too long", common, nil, 128, 3},
		{"twice", append(common[:3:3], key("a").String("again")), nil, 128, -1},
		{"without a key", append(common[:3:3], attribute.Key{}.Int(1)), nil, 128, -1},
		{"none", nil, []attribute.Attribute{key("x").String("1")}, 128, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := recordInto(t, func(p *provider) { p.limits.attributes, p.limits.valueLength = test.limit, test.length })
			set := NewAttributes(test.common...)
			for range 2 {
				s, _ := Start(context.Background(), "common", KindInternal)
				s.SetAttributes(test.before...)
				s.SetCommon(set)
				s.SetInt(key("b"), 7)
				s.End()
				s.SetCommon(set)
			}
			s, _ := Start(context.Background(), "one by one", KindInternal)
			s.SetAttributes(test.before...)
			s.SetAttributes(test.common...)
			s.SetInt(key("b"), 7)
			s.End()
			spans := spansIn(t, q)
			got, want := spans["common"], spans["one by one"]
			if !maps.Equal(got.attributes, want.attributes) || !slices.Equal(got.order, want.order) || got.droppedAttrs != want.droppedAttrs {
				t.Errorf("got %q, %d dropped, want %q, %d dropped", got.attributes, got.droppedAttrs, want.attributes, want.droppedAttrs)
			}
		})
	}
	(*Span)(nil).SetCommon(NewAttributes(common...))
}

// The last value of a key counts, also of keys that there are too many of to number.
func TestManyKeys(t *testing.T) {
	q := recordInto(t, nil)
	for i := 0; attribute.NewKey("key "+strconv.Itoa(i)).ID() != 0; i++ {
	}
	first, second := attribute.NewKey("not numbered"), attribute.NewKey("not numbered too")
	s, _ := Start(context.Background(), "s", KindInternal)
	s.SetString(first, "1")
	s.SetString(second, "2")
	s.SetString(attribute.NewKey("not numbered"), "3")
	s.End()
	got := spansIn(t, q)["s"]
	if len(got.order) != 2 || got.attributes["not numbered"] != "\x0a\x013" || got.attributes["not numbered too"] != "\x0a\x012" {
		t.Errorf("attributes %q in the order %q", got.attributes, got.order)
	}
}

func TestStatus(t *testing.T) {
	type step struct {
		status      Status
		description string
	}
	tests := []struct {
		name    string
		steps   []step
		status  uint64
		message string
	}{
		{"unset", nil, 0, ""},
		{"error", []step{{StatusError, "x"}}, 2, "x"},
		{"the last error counts", []step{{StatusError, "x"}, {StatusError, "y"}}, 2, "y"},
		{"unset changes nothing", []step{{StatusError, "x"}, {StatusUnset, ""}}, 2, "x"},
		{"ok takes error away", []step{{StatusError, "x"}, {StatusOK, "z"}}, 1, ""},
		{"ok is final", []step{{StatusOK, ""}, {StatusError, "x"}}, 1, ""},
		{"unknown", []step{{9, "x"}}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := recordInto(t, nil)
			s, _ := Start(context.Background(), "s", KindInternal)
			for _, step := range tt.steps {
				s.SetStatus(step.status, step.description)
			}
			s.End()
			if got := spansIn(t, q)["s"]; got.status != tt.status || got.message != tt.message {
				t.Errorf("status %d %q, want %d %q", got.status, got.message, tt.status, tt.message)
			}
		})
	}
}

func TestNilSpan(t *testing.T) {
	var s *Span
	s.SetString(attribute.NewKey("a"), "b")
	s.SetInt(attribute.NewKey("a"), 1)
	s.SetBool(attribute.NewKey("a"), true)
	s.SetFloat(attribute.NewKey("a"), 1)
	s.SetStrings(attribute.NewKey("a"), nil)
	s.SetName("x")
	s.SetError("x")
	s.SetStatus(StatusOK, "")
	s.RecordError(errors.New("x"))
	s.AddEvent("x")
	s.AddLink(SpanContext{})
	s.End()
	if s.IsRecording() || s.IsSampled() || s.SpanContext().IsValid() || s.TraceID().IsValid() || s.SpanID().IsValid() || s.Baggage() != nil {
		t.Error("a nil span is something")
	}
	if FromContext(nil) != nil || FromContext(ContextWithSpan(nil, nil)) != nil { //nolint:staticcheck // hooks may get nil
		t.Error("a span comes from nowhere")
	}
}

func TestDisabled(t *testing.T) {
	q := recordInto(t, func(p *provider) { p.disabled, p.recording = true, false })
	if s, ctx := Start(context.Background(), "s", KindInternal); s != nil || ctx != context.Background() {
		t.Error("a span where there is to be none")
	}
	parent := SpanContext{
		TraceID: TraceID{1}, SpanID: SpanID{2}, Flags: FlagSampled, State: "a=1", Debug: true, Deferred: true,
	}
	s, ctx := StartRemote(context.Background(), parent, "s", KindServer)
	child, _ := Start(ctx, "child", KindClient)
	for _, s := range []*Span{s, child} {
		if got := s.SpanContext(); got != parent {
			t.Errorf("passes on %+v, want %+v", got, parent)
		}
	}
	child.End()
	s.End()
	if q.Len() != 0 {
		t.Error("spans were recorded")
	}
}

func TestSuppressed(t *testing.T) {
	q := recordInto(t, nil)
	goroutine.Suppress()
	if s, _ := Start(context.Background(), "s", KindInternal); s != nil {
		t.Error("a span in a suppressed goroutine")
	}
	done := make(chan *Span)
	go func() {
		s, _ := StartRemote(context.Background(), SpanContext{TraceID: TraceID{1}, SpanID: SpanID{1}}, "s", KindServer)
		done <- s
	}()
	if s := <-done; s != nil {
		t.Error("a span in a goroutine started by a suppressed one")
	}
	if Current() != nil || Parent(context.Background()) != nil || Carry() != nil {
		t.Error("suppression is taken for a span")
	}
	Detach()
	if s, _ := Start(context.Background(), "s", KindInternal); s != nil {
		t.Error("Detach takes suppression away")
	}
	if q.Len() != 0 {
		t.Error("spans were recorded")
	}
}
