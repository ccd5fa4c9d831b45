// Package rules makes spans and events where a project's settings or sources say so.
package rules

import (
	"context"
	"strings"
	"sync"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/trace"
)

var scope = trace.NewScope("go.weft.dev/plugins/rules", "0.1.0")

// semantic-conventions/docs/registry/attributes/code.md
var codeFunctionName = attribute.NewKey("code.function.name")

// lists holds the keys of each list of names that rules have.
var lists sync.Map

// beforeWithContext starts the span of a function that gets a context. The names of attributes are those of the
// values, one a line.
func beforeWithContext(name, function, kind, names, _ string, ctx context.Context, values ...any) (*trace.Span, context.Context) {
	span, ctx := scope.Start(ctx, name, kindOf(kind))
	describe(span, function, names, values)
	return span, ctx
}

// before starts the span of any other function. What the function calls finds it by its goroutine.
func before(name, function, kind, names, _ string, values ...any) *trace.Span {
	span := scope.StartLeaf(context.Background(), name, kindOf(kind))
	describe(span, function, names, values)
	return span
}

// after ends a span. Values beyond the names are an error.
func after(span *trace.Span, _, _, _, _, names string, values ...any) {
	named := set(span, names, values)
	if len(values) > named {
		if err, ok := values[named].(error); ok && err != nil {
			span.RecordError(err)
			span.SetError(err.Error())
		}
	}
	span.End()
}

// beforeEvent notes an event on the span that the function is called in.
func beforeEvent(name, names string, values ...any) {
	span := trace.Current()
	if span == nil {
		return
	}
	var attributes []attribute.Attribute
	for n, key := range keysOf(names) {
		attributes = append(attributes, attributeOf(key, values[n]))
	}
	span.AddEvent(name, attributes...)
}

func describe(span *trace.Span, function, names string, values []any) {
	if span == nil {
		return
	}
	span.SetString(codeFunctionName, function)
	set(span, names, values)
}

// set sets the attributes of these names and returns how many there are.
func set(span *trace.Span, names string, values []any) int {
	keys := keysOf(names)
	for n, key := range keys {
		span.SetAttributes(attributeOf(key, values[n]))
	}
	return len(keys)
}

// keysOf returns the keys of names, one a line.
func keysOf(names string) []attribute.Key {
	if names == "" {
		return nil
	}
	if keys, ok := lists.Load(names); ok {
		return keys.([]attribute.Key)
	}
	var keys []attribute.Key
	for _, name := range strings.Split(names, "\n") {
		keys = append(keys, attribute.NewKey(name))
	}
	lists.Store(names, keys)
	return keys
}

func kindOf(name string) trace.Kind {
	switch name {
	case "server":
		return trace.KindServer
	case "client":
		return trace.KindClient
	case "producer":
		return trace.KindProducer
	case "consumer":
		return trace.KindConsumer
	}
	return trace.KindInternal
}
