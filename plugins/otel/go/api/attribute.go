package api

import (
	"go.opentelemetry.io/otel/attribute"
	weftattribute "go.weft.dev/sdk/attribute"
	weft "go.weft.dev/sdk/trace"
)

// Keys of events about errors (trace/exceptions.md).
var (
	exceptionType       = weftattribute.NewKey("exception.type")
	exceptionMessage    = weftattribute.NewKey("exception.message")
	exceptionStacktrace = weftattribute.NewKey("exception.stacktrace")
)

// setAttributes sets attributes on a span of the runtime. Those without a key or a value are left out.
func setAttributes(s *weft.Span, kv []attribute.KeyValue) {
	if len(kv) == 0 || !s.IsRecording() {
		return
	}
	const few = 8
	var buffer [few]weftattribute.Attribute
	s.SetAttributes(appendAttributes(buffer[:0], kv)...)
}

// Attributes returns attributes as the runtime has them.
func Attributes(kv []attribute.KeyValue) []weftattribute.Attribute {
	if len(kv) == 0 {
		return nil
	}
	return appendAttributes(make([]weftattribute.Attribute, 0, len(kv)), kv)
}

// AppendSet appends the attributes of a set.
func AppendSet(to []weftattribute.Attribute, set attribute.Set) []weftattribute.Attribute {
	for i := set.Iter(); i.Next(); {
		kv := i.Attribute()
		if kv.Valid() {
			to = append(to, attributeOf(&kv))
		}
	}
	return to
}

func appendAttributes(to []weftattribute.Attribute, kv []attribute.KeyValue) []weftattribute.Attribute {
	for i := range kv {
		if kv[i].Valid() {
			to = append(to, attributeOf(&kv[i]))
		}
	}
	return to
}

func attributeOf(kv *attribute.KeyValue) weftattribute.Attribute {
	key := weftattribute.NewKey(string(kv.Key))
	switch kv.Value.Type() {
	case attribute.STRING:
		return key.String(kv.Value.AsString())
	case attribute.INT64:
		return key.Int(kv.Value.AsInt64())
	case attribute.BOOL:
		return key.Bool(kv.Value.AsBool())
	case attribute.FLOAT64:
		return key.Float(kv.Value.AsFloat64())
	case attribute.STRINGSLICE:
		return key.Strings(kv.Value.AsStringSlice())
	default:
		return key.Any(anyOf(kv.Value))
	}
}

// anyOf returns a value as attribute.Key.Any takes it. Bytes, and slices and maps of any values, are part
// of the API since 1.44 and 1.45.
func anyOf(v attribute.Value) any {
	switch v := v.AsInterface().(type) {
	case []attribute.Value:
		list := make([]any, len(v))
		for i := range v {
			list[i] = anyOf(v[i])
		}
		return list
	case []attribute.KeyValue:
		pairs := make([]weftattribute.Pair, len(v))
		for i := range v {
			pairs[i] = weftattribute.Pair{Name: string(v[i].Key), Value: anyOf(v[i].Value)}
		}
		return pairs
	default:
		return v
	}
}
