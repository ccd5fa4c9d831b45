// Package dbconv makes spans of database calls by the OpenTelemetry semantic conventions (semconv
// database/database-spans.md, stable) for hooks of database clients.
package dbconv

import (
	"context"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/semconv/errortype"
	"go.weft.dev/sdk/semconv/internal/durations"
	"go.weft.dev/sdk/trace"
)

var (
	systemName         = attribute.NewKey("db.system.name")
	namespace          = attribute.NewKey("db.namespace")
	operationName      = attribute.NewKey("db.operation.name")
	operationBatchSize = attribute.NewKey("db.operation.batch.size")
	collectionName     = attribute.NewKey("db.collection.name")
	queryText          = attribute.NewKey("db.query.text")
	querySummary       = attribute.NewKey("db.query.summary")
	responseStatusCode = attribute.NewKey("db.response.status_code")
	serverAddress      = attribute.NewKey("server.address")
	serverPort         = attribute.NewKey("server.port")
	errorType          = attribute.NewKey("error.type")
)

// A Call is one call to a database, for Start.
type Call struct {
	// Name is the span's name.
	Name string
	// Operation is the db.operation.name.
	Operation string
	// Collection is the db.collection.name.
	Collection string
	// Text is the db.query.text, without values.
	Text string
	// Summary is the db.query.summary.
	Summary string
	// BatchSize is the number of operations; less than 2 is no batch.
	BatchSize int
}

// An Operation is a call that has begun.
type Operation struct {
	span   *trace.Span
	start  int64 // of the duration
	series series
}

// Span returns the span of the call, nil where there is none.
func (o *Operation) Span() *trace.Span {
	if o == nil {
		return nil
	}
	return o.span
}

// Start starts the span of a call. It returns nil where no span is to be made.
func Start(scope *trace.Scope, ctx context.Context, target *Target, call Call) *Operation {
	span := scope.StartLeaf(ctx, call.Name, trace.KindClient.Of(trace.Database))
	if span == nil {
		return nil
	}
	o := &Operation{span: span, start: durations.Start()}
	if o.start != 0 {
		o.series = series{
			scope: scope, target: *target, operation: call.Operation, collection: call.Collection, summary: call.Summary,
		}
	}
	if !span.IsRecording() {
		return o
	}
	setTarget(span, target)
	setString(span, operationName, call.Operation)
	setString(span, collectionName, call.Collection)
	setString(span, queryText, call.Text)
	setString(span, querySummary, call.Summary)
	if call.BatchSize > 1 {
		span.SetInt(operationBatchSize, int64(call.BatchSize))
	}
	return o
}

// StartQuery starts the span of an SQL query.
func StartQuery(scope *trace.Scope, ctx context.Context, target *Target, query string) *Operation {
	parsed := ParseSQL(target.System, query)
	return Start(scope, ctx, target, Call{
		Name:       firstOf(parsed.Summary, target.Namespace, target.System),
		Operation:  parsed.Operation,
		Collection: parsed.Collection,
		Text:       parsed.Text,
		Summary:    parsed.Summary,
	})
}

// StartPrepare starts the span of the preparation of an SQL query.
func StartPrepare(scope *trace.Scope, ctx context.Context, target *Target, query string) *Operation {
	const operation = "PREPARE"
	parsed := ParseSQL(target.System, query)
	name := operation
	if parsed.Summary != "" {
		name += " " + parsed.Summary
	}
	return Start(scope, ctx, target, Call{
		Name: name, Operation: operation, Collection: parsed.Collection, Text: parsed.Text,
	})
}

// StartOperation starts the span of an operation without a query, such as COMMIT.
func StartOperation(scope *trace.Scope, ctx context.Context, target *Target, operation string) *Operation {
	name := operation
	if target.Namespace != "" {
		name += " " + target.Namespace
	}
	return Start(scope, ctx, target, Call{Name: name, Operation: operation})
}

// End ends the span of a call that returned err. Answers that a library returns as errors, such as
// sql.ErrNoRows, are for the hook to leave out.
func (o *Operation) End(err error) {
	if o == nil {
		return
	}
	span := o.span
	if err != nil {
		code := StatusCode(err)
		failure := code
		if code != "" {
			span.SetString(responseStatusCode, code)
		} else {
			failure = errortype.Of(err)
		}
		span.SetString(errorType, failure)
		span.SetError(err.Error())
		span.LogError("db.client.operation.exception", err)
		o.series.status, o.series.errorType = code, failure
	}
	if o.start != 0 {
		duration := durations.Seconds(o.start)
		operationDuration(&o.series).Record(span, duration)
	}
	span.End()
}

func setTarget(span *trace.Span, target *Target) {
	span.SetString(systemName, target.System)
	setString(span, namespace, target.Namespace)
	setString(span, serverAddress, target.Address)
	if target.Port > 0 {
		span.SetInt(serverPort, int64(target.Port))
	}
}

func setString(span *trace.Span, key attribute.Key, value string) {
	if value != "" {
		span.SetString(key, value)
	}
}

// firstOf returns the first of its arguments that is not empty.
func firstOf(names ...string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return ""
}
