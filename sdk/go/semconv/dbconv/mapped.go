package dbconv

import (
	"context"
	"sync/atomic"

	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

// A Mapped is an operation of a library that maps objects to tables. It stands for the driver's calls that it comes
// down to, whose spans are left out, and learns from them what its own span says. It is the context of those calls.
// A nil *Mapped is valid; its methods do nothing.
type Mapped struct {
	trace.Carrier
	scope *trace.Scope
	start int64 // of the duration
	query atomic.Pointer[callKey]
}

type mappedKey struct{}

// Value finds the Mapped itself under its own key.
func (m *Mapped) Value(key any) any {
	if _, own := key.(mappedKey); own {
		return m
	}
	return m.Carrier.Value(key)
}

// StartMapped starts the span of an operation, and returns the context for the driver. Operations within others, such
// as those that load what an object refers to, have spans of their own. The operation is nil, and ctx returned as it
// is, where no span is to be made.
func StartMapped(scope *trace.Scope, ctx context.Context) (*Mapped, context.Context) {
	const name = "operation" // until the end
	m := &Mapped{scope: scope, start: durations.Start()}
	span := scope.StartLeafOnClock(ctx, name, trace.KindClient.Of(trace.Database), m.start, nil)
	if span == nil && mappedOf(ctx) != nil {
		// Within an operation, whose span suppresses those of the driver in this one too.
		span = scope.StartLeafOnClock(ctx, name, trace.KindClient, m.start, nil)
	}
	if span == nil {
		return nil, ctx
	}
	m.Carry(ctx, span)
	return m, m
}

func mappedOf(ctx context.Context) *Mapped {
	if ctx == nil {
		return nil
	}
	m, _ := ctx.Value(mappedKey{}).(*Mapped)
	return m
}

// cover tells the operation that a call with ctx belongs to, if there is one, what the call is. The first query is
// what the operation is about; what transactions it begins is not.
func cover(ctx context.Context, key *callKey) {
	if key.query == "" || key.operation != "" && key.operation != prepare {
		return
	}
	if m := mappedOf(ctx); m != nil && m.query.Load() == nil {
		own := callKey{scope: m.scope, target: key.target, query: key.query}
		m.query.CompareAndSwap(nil, &own)
	}
}

// A Mapping is what a library knows of an operation, for when the driver is none that tells.
type Mapping struct {
	// System is a name that SystemOf knows.
	System string
	// Operation is the db.operation.name.
	Operation string
	// Table is the db.collection.name.
	Table string
}

func (m *Mapping) call() Call {
	call := Call{Operation: m.Operation, Collection: m.Table}
	if call.Name = firstOf(m.Operation, m.Table, SystemOf(m.System)); m.Operation != "" && m.Table != "" {
		call.Name += " " + m.Table
	}
	return call
}

// End ends the span of an operation that returned err. Answers that a library returns as errors, such as that there
// is no such object, are for the hook to leave out.
func (m *Mapped) End(mapping Mapping, err error) {
	if m == nil {
		return
	}
	var kind *kindOfCall
	if key := m.query.Load(); key != nil {
		kind = kindOf(key, describeQuery)
	} else {
		key := callKey{scope: m.scope, target: Target{System: SystemOf(mapping.System)}}
		kind = &kindOfCall{callKey: key, Call: mapping.call()}
	}
	span := m.Span()
	if span.IsRecording() {
		span.SetName(kind.Name)
		if span.SetCommon(kind.attributes); kind.attributes == nil {
			span.SetAttributes(kind.list(nil)...)
		}
	}
	(&Operation{span: span, start: m.start, kind: kind}).End(err)
}
