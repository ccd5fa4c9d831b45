package otlpjson

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"go.weft.dev/sdk/internal/wire"
)

func field64(b []byte, number, v byte) []byte {
	return wire.AppendFixed64(append(b, number<<3|wire.Fixed64), uint64(v))
}

func bytesField[T string | []byte](b []byte, number byte, v T) []byte {
	return wire.AppendBytes(b, number<<3|wire.Bytes, []byte(v))
}

func varint(b []byte, number byte, v uint64) []byte {
	return wire.AppendVarint(append(b, number<<3|wire.Varint), v)
}

func stringAttribute(key, value string) []byte {
	return bytesField(bytesField(nil, 1, key), 2, bytesField(nil, 1, value))
}

// request wraps an item as the only one of a request.
func request(item []byte) []byte {
	resource := bytesField(nil, 1, stringAttribute("service.name", "shop"))
	scoped := bytesField(bytesField(nil, 1, bytesField(nil, 1, "lib")), 2, item)
	return bytesField(nil, 1, bytesField(bytesField(nil, 1, resource), 2, scoped))
}

func exampleSpan() []byte {
	b := bytesField(nil, 1, "\xab\xcd")
	b = bytesField(b, 5, "GET \"/\"\n\x01ü\xff")
	b = varint(b, 6, 2)
	b = field64(field64(b, 7, 1), 8, 3)
	b = bytesField(b, 9, stringAttribute("a", "b"))
	b = bytesField(b, 9, bytesField(bytesField(nil, 1, "n"), 2, varint(nil, 3, 1<<64-1)))
	return bytesField(b, 15, varint(nil, 3, 2))
}

func TestAppend(t *testing.T) {
	const zero, one = "\x00\x00\x00\x00\x00\x00\x00\x00", "\x01\x00\x00\x00\x00\x00\x00\x00"
	tests := []struct {
		name    string
		message Message
		encoded string
		want    string
	}{
		{"empty", Traces, "", `{}`},
		{"span", span, string(exampleSpan()), `{"name":"GET \"/\"\n\u0001ü` + "\uFFFD" + `","kind":2,"traceId":"abcd",` +
			`"startTimeUnixNano":"1","endTimeUnixNano":"3","status":{"code":2},` +
			`"attributes":[{"key":"a","value":{"stringValue":"b"}},{"key":"n","value":{"intValue":"-1"}}]}`},
		{"bytes", anyValue, "\x3a\x02\xff\xfe", `{"bytesValue":"//4="}`},
		{"zero", anyValue, "\x18\x00", `{"intValue":"0"}`},
		{"false", anyValue, "\x10\x00", `{"boolValue":false}`},
		{"nested", anyValue, "\x2a\x06\x0a\x04\x2a\x02\x0a\x00", `{"arrayValue":{"values":[{"arrayValue":{"values":[{}]}}]}}`},
		{"not a number", anyValue, "\x21\x00\x00\x00\x00\x00\x00\xf8\x7f", `{"doubleValue":"NaN"}`},
		{"infinite", anyValue, "\x21\x00\x00\x00\x00\x00\x00\xf0\xff", `{"doubleValue":"-Infinity"}`},
		{"half", anyValue, "\x21\x00\x00\x00\x00\x00\x00\xe0\x3f", `{"doubleValue":0.5}`},
		{"negative zero", anyValue, "\x21\x00\x00\x00\x00\x00\x00\x00\x80", `{"doubleValue":-0}`},
		{"packed and not", histogramPoint, "\x32\x10" + zero + one + "\x31" + one, `{"bucketCounts":["0","1","1"]}`},
		{"packed varints", buckets, "\x08\x03\x12\x03\x01\x80\x01", `{"offset":-2,"bucketCounts":["1","128"]}`},
		{"packed, cut off", buckets, "\x12\x02\x01\x80", `{"bucketCounts":["1"]}`},
		{"negative", numberPoint, "\x31\xff\xff\xff\xff\xff\xff\xff\xff", `{"asInt":"-1"}`},
		{"the last one counts", scope, "\x0a\x01a\x0a\x01b", `{"name":"b"}`},
		{"of another type", span, "\x28\x01\x30\x01", `{"kind":1}`},
		{"cut off", span, "\x30\x01\x2a\x09abc", `{"kind":1}`},
		{"unknown fields", span, "\xf8\x3f\x01\x30\x01", `{"kind":1}`},
		{"list of strings", entity, "\x1a\x01a\x1a\x01b", `{"idKeys":["a","b"]}`},
		{"flags", link, "\x35\xff\xff\xff\xff", `{"flags":4294967295}`},
	}
	for _, tt := range tests {
		if got := string(Append(nil, []byte(tt.encoded), tt.message)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestLines(t *testing.T) {
	point := field64(nil, 3, 0)
	point = append(point, "\x21\x00\x00\x00\x00\x00\x00\xe0\x3f"...)
	point = bytesField(point, 7, stringAttribute("k", "v"))
	sumMetric := bytesField(nil, 1, "m")
	sumMetric = bytesField(sumMetric, 7, varint(bytesField(nil, 1, point), 2, 2))
	log := varint(nil, 2, 9)
	log = bytesField(log, 5, bytesField(nil, 6, bytesField(nil, 1, stringAttribute("k", "v"))))
	tests := []struct {
		name    string
		message Message
		item    []byte
		want    string
	}{
		{"span", Traces, exampleSpan(), `{"name":"GET \"/\"\n\u0001ü` + "\uFFFD" + `","kind":"server","traceId":"abcd",` +
			`"start":"1970-01-01T00:00:00.000000001Z","duration":"2ns","status":{"code":"error"},` +
			`"attributes":{"a":"b","n":-1},"scope":"lib","service":"shop"}`},
		{"metric", Metrics, sumMetric, `{"name":"m","sum":{"aggregationTemporality":"cumulative","dataPoints":[` +
			`{"attributes":{"k":"v"},"time":"1970-01-01T00:00:00Z","value":0.5}]},"scope":"lib","service":"shop"}`},
		{"log record", Logs, log, `{"severity":"info","body":{"k":"v"},"scope":"lib","service":"shop"}`},
		{"empty", Logs, nil, `{"scope":"lib","service":"shop"}`},
	}
	for _, tt := range tests {
		n := 0
		for line := range Lines(request(tt.item), tt.message) {
			n++
			if string(line) != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, line, tt.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d lines, want 1", tt.name, n)
		}
	}
}

// Values that are nested without end are cut off, in both forms.
func TestDeeplyNested(t *testing.T) {
	value := bytesField(nil, 1, "x")
	for range 1000 {
		value = bytesField(nil, 5, bytesField(nil, 1, value))
	}
	attribute := bytesField(nil, 2, value)
	for _, got := range [][]byte{
		Append(nil, attribute, keyValue),
		slices.Concat(slices.Collect(Lines(request(bytesField(nil, 9, attribute)), Traces))...),
	} {
		if !json.Valid(got) || strings.Count(string(got), "[") > deepest {
			t.Errorf("%s", got)
		}
	}
}

// FuzzAppend checks that any bytes make valid JSON, of a size that is bounded by
// theirs.
func FuzzAppend(f *testing.F) {
	for m := Traces; m <= keyValueList; m++ {
		f.Add(byte(m), request(exampleSpan()))
		f.Add(byte(m), exampleSpan())
	}
	f.Fuzz(func(t *testing.T, m byte, encoded []byte) {
		if m == 0 || int(m) >= len(messages) {
			return
		}
		got := Append(nil, encoded, Message(m))
		if !json.Valid(got) {
			t.Errorf("not JSON: %s", got)
		}
		if most := 100 + 100*len(encoded); len(got) > most {
			t.Errorf("%d bytes of %d", len(got), len(encoded))
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add(byte(Traces), request(exampleSpan()))
	f.Add(byte(Logs), request(exampleSpan()))
	f.Add(byte(Metrics), request(exampleSpan()))
	f.Fuzz(func(t *testing.T, m byte, encoded []byte) {
		if m < byte(Traces) || m > byte(Metrics) {
			return
		}
		for line := range Lines(encoded, Message(m)) {
			if !json.Valid(line) || strings.Contains(string(line), "\n") {
				t.Errorf("not a line of JSON: %s", line)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	encoded := bytesField(nil, 1, bytesField(nil, 2, slices.Concat(slices.Repeat([][]byte{bytesField(nil, 2, exampleSpan())}, 512)...)))
	b.SetBytes(int64(len(encoded)))
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = Append(dst[:0], encoded, Traces)
	}
}
