package log

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/wire"
)

// using has records go to a queue of the test's own for as long as the test runs.
func using(t testing.TB, attributes, valueLength int) *queue.Queue {
	t.Helper()
	q := queue.New(1<<20, 1<<30, 1<<20, func(bool) {})
	before := configured.Swap(&provider{queue: q, attributes: attributes, valueLength: valueLength})
	t.Cleanup(func() { configured.Store(before) })
	return q
}

// record is a decoded LogRecord.
type record struct {
	time, observed uint64
	severity       uint64
	text, event    string
	body           any
	attributes     string // as JSON, in order
	dropped, flags uint64
	trace, span    string
}

func fields(t testing.TB, b []byte, yield func(wire.Field)) {
	t.Helper()
	for len(b) > 0 {
		f, rest, ok := wire.Next(b)
		if !ok {
			t.Fatalf("malformed message %x", b)
		}
		yield(f)
		b = rest
	}
}

// taken returns the records in the queue.
func taken(t testing.TB, q *queue.Queue) []record {
	t.Helper()
	var list []record
	for _, block := range q.Take() {
		for item := range block.All {
			fields(t, item.Bytes, func(f wire.Field) { list = append(list, decode(t, f.Data)) })
		}
		q.Done(block.Items, block.Size())
	}
	return list
}

func decode(t testing.TB, message []byte) record {
	var r record
	var attributes []string
	fields(t, message, func(f wire.Field) {
		switch f.Number {
		case 1:
			r.time = f.Value
		case 2:
			r.severity = f.Value
		case 3:
			r.text = string(f.Data)
		case 5:
			r.body = anyValue(t, f.Data)
		case 6:
			attributes = append(attributes, member(t, f.Data))
		case 7:
			r.dropped = f.Value
		case 8:
			r.flags = f.Value
		case 9:
			r.trace = fmt.Sprintf("%x", f.Data)
		case 10:
			r.span = fmt.Sprintf("%x", f.Data)
		case 11:
			r.observed = f.Value
		case 12:
			r.event = string(f.Data)
		default:
			t.Errorf("field %d", f.Number)
		}
	})
	r.attributes = "{" + strings.Join(attributes, ",") + "}"
	return r
}

func member(t testing.TB, message []byte) string {
	key, value := "", ""
	fields(t, message, func(f wire.Field) {
		if f.Number == 1 {
			key = string(f.Data)
		} else {
			value = anyValue(t, f.Data)
		}
	})
	return fmt.Sprintf("%q:%s", key, value)
}

// anyValue writes a value as JSON; bytes are hexadecimal in angle brackets.
func anyValue(t testing.TB, message []byte) string {
	out := "null"
	fields(t, message, func(f wire.Field) {
		switch f.Number {
		case 1:
			text, _ := json.Marshal(string(f.Data))
			out = string(text)
		case 2:
			out = fmt.Sprint(f.Value == 1)
		case 3:
			out = fmt.Sprint(int64(f.Value))
		case 4:
			out = fmt.Sprintf("%gf", math.Float64frombits(f.Value))
		case 5, 6:
			var parts []string
			fields(t, f.Data, func(e wire.Field) {
				if f.Number == 5 {
					parts = append(parts, anyValue(t, e.Data))
				} else {
					parts = append(parts, member(t, e.Data))
				}
			})
			out = strings.Join(parts, ",")
			if f.Number == 5 {
				out = "[" + out + "]"
			} else {
				out = "{" + out + "}"
			}
		case 7:
			out = fmt.Sprintf("<%x>", f.Data)
		}
	})
	return out
}

// attributesOf returns the attributes of a record that make adds them to.
func attributesOf(t testing.TB, q *queue.Queue, make func(r *Record)) string {
	t.Helper()
	r := (*Logger)(nil).Begin()
	make(r)
	r.Emit()
	list := taken(t, q)
	if len(list) != 1 {
		t.Fatalf("%d records", len(list))
	}
	return list[0].attributes
}

func TestRecord(t *testing.T) {
	q := using(t, 128, -1)
	before := uint64(time.Now().UnixNano())
	r := NewLogger("test", "1").Begin()
	r.SetTime(time.Unix(1, 5))
	r.SetSeverity(SeverityWarn, "warning")
	r.SetBody("hello \xff")
	r.SetEvent("greeting")
	r.SetTrace([16]byte{1}, [8]byte{2}, 3)
	r.Int("a", 1)
	r.Emit()
	(*Logger)(nil).Begin().Emit()

	list := taken(t, q)
	if len(list) != 2 {
		t.Fatalf("%d records", len(list))
	}
	full, empty := list[1], list[0] // the runtime's own scope may come first
	if full.time == 0 {
		full, empty = empty, full
	}
	if full.observed < before || empty.observed < before {
		t.Errorf("observed at %d and %d", full.observed, empty.observed)
	}
	full.observed, empty.observed = 0, 0
	want := record{
		time: 1e9 + 5, severity: 13, text: "warning", body: `"hello ` + "\uFFFD" + `"`, event: "greeting", attributes: `{"a":1}`,
		flags: 3, trace: "01000000000000000000000000000000", span: "0200000000000000",
	}
	if full != want {
		t.Errorf("got  %+v\nwant %+v", full, want)
	}
	if want := (record{attributes: "{}"}); empty != want {
		t.Errorf("got %+v", empty)
	}
}

func TestNotWanted(t *testing.T) {
	before := configured.Swap(&provider{})
	t.Cleanup(func() { configured.Store(before) })
	if r := (*Logger)(nil).Begin(); r != nil || Enabled() {
		t.Error("records are made without an exporter")
	}
}

func TestOwnGoroutines(t *testing.T) {
	using(t, 128, -1)
	done := make(chan bool)
	go func() {
		goroutine.Suppress()
		done <- (*Logger)(nil).Begin() == nil
	}()
	if !<-done {
		t.Error("the runtime's own goroutines log")
	}
}

type level int

func (l level) String() string { return "level" }

type panics struct{}

func (*panics) Error() string { panic("no") }

type secret struct{}

func (secret) MarshalJSON() ([]byte, error) { return []byte(`"***"`), nil }

func TestAny(t *testing.T) {
	q := using(t, 128, -1)
	var nilError *panics
	for _, test := range []struct {
		v    any
		want string
	}{
		{"x", `"x"`}, {true, "true"}, {1, "1"}, {int8(-2), "-2"}, {int64(3), "3"}, {int32(4), "4"},
		{uint(5), "5"}, {uint16(6), "6"}, {uint32(7), "7"}, {uint64(math.MaxUint64), `"18446744073709551615"`},
		{1.5, "1.5f"}, {float32(2.5), "2.5f"}, {[]byte{1, 2}, "<0102>"}, {time.Second, `"1s"`},
		{time.Unix(0, 0).UTC(), `"1970-01-01T00:00:00Z"`}, {nil, "null"}, {errors.New("odd"), `"odd"`},
		{nilError, "null"}, {&panics{}, `"!PANIC: no"`}, {level(3), `"level"`},
		{netip.MustParseAddr("::1"), `"::1"`}, {secret{}, `"***"`},
		{[]string{"a", "b"}, `["a","b"]`}, {map[string]any{"a": []any{1, nil, map[string]int{"b": 2}}}, `{"a":[1,null,{"b":2}]}`},
		{struct {
			A int
			B string `json:"-"`
		}{1, "secret"}, `{"A":1}`},
		{make(chan int), `"!ERROR: json: unsupported type: chan int"`}, {context.Canceled, `"context canceled"`},
	} {
		if got, want := attributesOf(t, q, func(r *Record) { r.Any("k", test.v) }), `{"k":`+test.want+"}"; got != want {
			t.Errorf("%T: got %s, want %s", test.v, got, want)
		}
	}
}

func TestAttributes(t *testing.T) {
	q := using(t, 128, -1)
	for _, test := range []struct {
		name string
		make func(r *Record)
		want string
	}{
		{"last of a key", func(r *Record) { r.Int("a", 1); r.Int("b", 2); r.String("a", "x"); r.Bool("c", true) }, `{"b":2,"a":"x","c":true}`},
		{"no key", func(r *Record) { r.Int("", 1); r.OpenGroup(""); r.Int("a", 1) }, `{}`},
		{"invalid key", func(r *Record) { r.Int("\xff", 1) }, `{"` + "\uFFFD" + `":1}`},
		{"group", func(r *Record) {
			r.Int("a", 1)
			r.OpenGroup("g")
			r.Int("a", 2)
			r.OpenGroup("h")
			r.Float("a", 3)
			r.CloseGroup()
			r.Int("a", 4)
			r.CloseGroup()
			r.Int("a", 5)
		}, `{"g":{"h":{"a":3f},"a":4},"a":5}`},
		{"group left open", func(r *Record) { r.OpenGroup("g"); r.Int("a", 1) }, `{"g":{"a":1}}`},
		{"empty group", func(r *Record) { r.OpenGroup("g"); r.CloseGroup(); r.Int("a", 1) }, `{"a":1}`},
		{"group in place of a value", func(r *Record) { r.Int("g", 1); r.OpenGroup("g"); r.Int("a", 1); r.CloseGroup(); r.Int("b", 1) }, `{"g":{"a":1},"b":1}`},
		{"value in place of a group", func(r *Record) { r.OpenGroup("g"); r.Int("a", 1); r.CloseGroup(); r.Int("g", 1) }, `{"g":1}`},
		{"large", func(r *Record) { r.OpenGroup("g"); r.String("a", strings.Repeat("x", 300)) }, `{"g":{"a":"` + strings.Repeat("x", 300) + `"}}`},
		{"closed too often", func(r *Record) { r.CloseGroup(); r.Int("a", 1) }, `{"a":1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := attributesOf(t, q, test.make); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	q := using(t, 2, 3)
	r := (*Logger)(nil).Begin()
	r.String("a", "äöüx")
	r.Bytes("b", []byte("12345"))
	r.Int("c", 3)
	r.OpenGroup("d")
	r.Int("e", 1)
	r.CloseGroup()
	r.Any("a", []string{"12345"})
	r.SetBody("unlimited")
	r.Emit()
	got := taken(t, q)[0]
	if want := `{"b":<313233>,"a":["123"]}`; got.attributes != want || got.dropped != 2 || got.body != `"unlimited"` {
		t.Errorf("got %+v, want %s and 2 dropped", got, want)
	}
}

func TestLimitsFromEnv(t *testing.T) {
	const count, length = "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT"
	for _, test := range []struct {
		env           map[string]string
		count, length int
	}{
		{nil, 128, -1},
		{map[string]string{"OTEL_ATTRIBUTE_COUNT_LIMIT": "5", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "6"}, 5, 6},
		{map[string]string{count: "0", length: "0", "OTEL_ATTRIBUTE_COUNT_LIMIT": "5"}, 0, 0},
		{map[string]string{count: "", length: ""}, 128, -1},
		{map[string]string{count: "-1", length: "many", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "7"}, 128, 7},
	} {
		for _, name := range []string{count, length, "OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"} {
			t.Setenv(name, test.env[name])
		}
		p := newProvider(queue.New(1, 1, 1, func(bool) {}))
		if p.attributes != test.count || p.valueLength != test.length {
			t.Errorf("%v: got %d and %d", test.env, p.attributes, p.valueLength)
		}
	}
}

func TestNamed(t *testing.T) {
	own := NewLogger("own", "")
	if own.Named("") != own || own.Named("a") != own.Named("a") || own.Named("a") == own {
		t.Error("loggers are not found by name")
	}
	for i := range 2 * maxNames {
		own.Named(fmt.Sprint("many ", i))
	}
	if own.Named("one more") != own {
		t.Error("there is no bound on names")
	}
}

func TestSeverityOf(t *testing.T) {
	for n, want := range map[int]Severity{-100: 1, 0: 1, 9: SeverityInfo, 12: 12, 24: 24, 300: 24} {
		if got := SeverityOf(n); got != want {
			t.Errorf("SeverityOf(%d) = %d, want %d", n, got, want)
		}
	}
}
