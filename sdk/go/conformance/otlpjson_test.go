package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"

	collectorlogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"go.weft.dev/sdk/internal/otlpjson"
)

// filler sets all fields of messages, each to another value. Of a oneof it sets one,
// and another the next time.
type filler struct {
	n      int
	chosen map[protoreflect.FullName]int // of the oneofs, so far
}

func (f *filler) next() int { f.n++; return f.n }

func (f *filler) message(m protoreflect.Message, depth int) {
	for i := range m.Descriptor().Oneofs().Len() {
		f.chosen[m.Descriptor().Oneofs().Get(i).FullName()]++
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		d := fields.Get(i)
		if one := d.ContainingOneof(); one != nil && one.Fields().Get(f.chosen[one.FullName()]%one.Fields().Len()) != d {
			continue
		}
		if d.Kind() == protoreflect.MessageKind && depth == 0 {
			continue
		}
		if !d.IsList() {
			m.Set(d, f.value(d, func() protoreflect.Value { return m.NewField(d) }, depth))
			continue
		}
		list := m.Mutable(d).List()
		for range 1 + f.next()%3 {
			list.Append(f.value(d, list.NewElement, depth))
		}
	}
}

func (f *filler) value(d protoreflect.FieldDescriptor, empty func() protoreflect.Value, depth int) protoreflect.Value {
	n := f.next()
	switch d.Kind() {
	case protoreflect.MessageKind:
		v := empty()
		f.message(v.Message(), depth-1)
		return v
	case protoreflect.StringKind:
		return protoreflect.ValueOf(fmt.Sprintf("%s \"%d\" <ü>\n\t\\\u2028\x01", d.Name(), n))
	case protoreflect.BytesKind:
		return protoreflect.ValueOf([]byte{byte(n), 0xfb, byte(n >> 8)})
	case protoreflect.BoolKind:
		return protoreflect.ValueOf(true)
	case protoreflect.EnumKind:
		return protoreflect.ValueOf(protoreflect.EnumNumber(1 + n%2))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOf([]float64{
			float64(n) / 3, math.Inf(1), math.Inf(-1), math.NaN(), 1e300, -1e-9, math.MaxFloat64, float64(n),
		}[n%8])
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOf(math.MaxUint32 - uint32(n))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind:
		return protoreflect.ValueOf(int32(n * (1 - 2*(n%2))))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOf(math.MaxUint64 - uint64(n))
	case protoreflect.Int64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOf(int64(math.MinInt64 + n))
	}
	panic(d.Kind())
}

// otlp turns what protojson writes into OTLP/JSON, in which ids are hexadecimal.
func otlp(v any) any {
	return withIDs(v, "", func(id string) (string, error) {
		b, err := base64.StdEncoding.DecodeString(id)
		return hex.EncodeToString(b), err
	})
}

// protoJSON is the inverse of otlp.
func protoJSON(v any) any {
	return withIDs(v, "", func(id string) (string, error) {
		b, err := hex.DecodeString(id)
		return base64.StdEncoding.EncodeToString(b), err
	})
}

// withIDs replaces the ids in v, the value of the member key.
func withIDs(v any, key string, replace func(id string) (string, error)) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = withIDs(e, k, replace)
		}
	case []any:
		for i, e := range v {
			v[i] = withIDs(e, key, replace)
		}
	case string:
		if key == "traceId" || key == "spanId" || key == "parentSpanId" {
			id, err := replace(v)
			if err != nil {
				panic(err)
			}
			return id
		}
	}
	return v
}

// protobufOf returns a request for traces that came in OTLP/JSON.
func protobufOf(t *testing.T, body []byte) []byte {
	t.Helper()
	reference, err := json.Marshal(protoJSON(decodeJSON(t, body)))
	if err != nil {
		t.Fatal(err)
	}
	request := &collectortrace.ExportTraceServiceRequest{}
	if err := protojson.Unmarshal(reference, request); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	encoded, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func decodeJSON(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return v
}

// The JSON of all messages with all their fields is that of the reference
// implementation, but for the ids.
func TestOTLPJSON(t *testing.T) {
	for _, tt := range []struct {
		name    string
		message otlpjson.Message
		request proto.Message
	}{
		{"traces", otlpjson.Traces, &collectortrace.ExportTraceServiceRequest{}},
		{"logs", otlpjson.Logs, &collectorlogs.ExportLogsServiceRequest{}},
		{"metrics", otlpjson.Metrics, &collectormetrics.ExportMetricsServiceRequest{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := filler{chosen: map[protoreflect.FullName]int{}}
			for range 8 {
				request := tt.request.ProtoReflect().New()
				f.message(request, 6)
				encoded, err := proto.Marshal(request.Interface())
				if err != nil {
					t.Fatal(err)
				}
				reference, err := protojson.MarshalOptions{UseEnumNumbers: true}.Marshal(request.Interface())
				if err != nil {
					t.Fatal(err)
				}
				got := otlpjson.Append(nil, encoded, tt.message)
				if want := otlp(decodeJSON(t, reference)); !reflect.DeepEqual(decodeJSON(t, got), want) {
					t.Fatalf("got %.3000s\nwant %.3000s", got, reference)
				}
			}
		})
	}
}
