package dbconv

import (
	"context"
	"hash/maphash"
	"strings"
	"sync/atomic"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/metric"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// kindOfCall is a call with all that telemetry says of it but how it went.
type kindOfCall struct {
	callKey
	Call
	attributes *trace.Attributes // nil where the kind is not remembered
	succeeded  atomic.Pointer[metric.Histogram[float64]]
}

// callKey is what a kind of call is remembered by.
type callKey struct {
	scope     *trace.Scope
	target    Target
	operation string // PREPARE, COMMIT or a command; empty for a query
	query     string // or the first word of a command
	arguments int    // of a command
}

// calls remembers recent kinds of calls: programs have few of them, and make them often. Each has two
// slots that it may be in, so that of the few hardly any two take turns in one; memory is bounded, and
// nothing is locked.
var (
	calls     [1024]atomic.Pointer[kindOfCall]
	callsSeed = maphash.MakeSeed()
)

// kindOf returns the kind of a call by its key; describe says the rest of one that is not remembered.
func kindOf(key *callKey, describe func(*callKey) Call) *kindOfCall {
	// Hooks may run before this package is initialised, when there is no seed yet.
	if len(key.query) > maxCached || callsSeed == (maphash.Seed{}) {
		return newKind(*key, describe)
	}
	hash := key.hash()
	first, second := &calls[hash%uint64(len(calls))], &calls[hash>>32%uint64(len(calls))]
	kind, other := first.Load(), second.Load()
	switch {
	case kind != nil && kind.callKey == *key:
		return kind
	case other != nil && other.callKey == *key:
		return other
	}
	own := *key
	own.operation, own.query = strings.Clone(key.operation), strings.Clone(key.query)
	described := newKind(own, describe)
	described.attributes = trace.NewAttributes(described.list(nil)...)
	if kind != nil && other == nil {
		first = second
	}
	first.Store(described)
	return described
}

// hash tells apart a query and its preparation, and the same calls of several databases: kinds that fall
// into one slot, and take turns, would be described anew each time.
func (k *callKey) hash() uint64 {
	const prime = 31
	hash := uint64(k.arguments)
	for _, text := range [...]string{k.query, k.operation, k.target.Address} {
		if text != "" {
			hash += maphash.String(callsSeed, text)
		}
		hash *= prime
	}
	return hash
}

func newKind(key callKey, describe func(*callKey) Call) *kindOfCall {
	return &kindOfCall{callKey: key, Call: describe(&key)}
}

// list appends the attributes.
func (k *kindOfCall) list(to []attribute.Attribute) []attribute.Attribute {
	text := func(key attribute.Key, value string) {
		if value != "" {
			to = append(to, key.String(value))
		}
	}
	to = append(to, systemName.String(k.target.System))
	text(namespace, k.target.Namespace)
	text(serverAddress, k.target.Address)
	if k.target.Port > 0 {
		to = append(to, serverPort.Int(int64(k.target.Port)))
	}
	text(operationName, k.Operation)
	text(collectionName, k.Collection)
	text(queryText, k.Text)
	text(querySummary, k.Summary)
	if k.BatchSize > 1 {
		to = append(to, operationBatchSize.Int(int64(k.BatchSize)))
	}
	return to
}

// start starts the span of a call of the kind.
func (k *kindOfCall) start(ctx context.Context) *Operation {
	now := durations.Start()
	span := k.scope.StartLeafOnClock(ctx, k.Name, trace.KindClient.Of(trace.Database), now, k.attributes)
	if span == nil {
		cover(ctx, &k.callKey)
		return nil
	}
	if k.attributes == nil && span.IsRecording() {
		span.SetAttributes(k.list(nil)...)
	}
	return &Operation{span: span, start: now, kind: k}
}

// duration returns the histogram for calls of the kind that went well.
func (k *kindOfCall) duration() *metric.Histogram[float64] {
	h := k.succeeded.Load()
	if h == nil {
		h = operationDuration(k.series("", ""))
		k.succeeded.Store(h)
	}
	return h
}

func (k *kindOfCall) series(status, errorType string) *series {
	return &series{
		scope: k.scope, target: k.target, operation: k.Operation, collection: k.Collection, summary: k.Summary,
		status: status, errorType: errorType,
	}
}
