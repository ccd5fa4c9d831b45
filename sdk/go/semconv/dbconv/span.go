// Package dbconv makes spans of database calls by the OpenTelemetry semantic conventions (semconv
// database/database-spans.md, stable) for hooks of database clients.
package dbconv

import (
	"context"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/clock"
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
	span  *trace.Span
	start int64 // of the duration
	kind  *kindOfCall
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
	kind := &kindOfCall{callKey: callKey{scope: scope, target: *target}, Call: call}
	return kind.start(ctx)
}

// StartQuery starts the span of an SQL query.
func StartQuery(scope *trace.Scope, ctx context.Context, target *Target, query string) *Operation {
	return kindOf(&callKey{scope: scope, target: *target, query: query}, describeQuery).start(ctx)
}

func describeQuery(key *callKey) Call {
	parsed := ParseSQL(key.target.System, key.query)
	return Call{
		Name:       firstOf(parsed.Summary, key.target.Namespace, key.target.System),
		Operation:  parsed.Operation,
		Collection: parsed.Collection,
		Text:       parsed.Text,
		Summary:    parsed.Summary,
	}
}

const prepare = "PREPARE"

// StartPrepare starts the span of the preparation of an SQL query.
func StartPrepare(scope *trace.Scope, ctx context.Context, target *Target, query string) *Operation {
	return kindOf(&callKey{scope: scope, target: *target, operation: prepare, query: query}, describePrepare).start(ctx)
}

func describePrepare(key *callKey) Call {
	parsed := ParseSQL(key.target.System, key.query)
	name := prepare
	if parsed.Summary != "" {
		name += " " + parsed.Summary
	}
	return Call{Name: name, Operation: prepare, Collection: parsed.Collection, Text: parsed.Text}
}

// StartOperation starts the span of an operation without a query, such as COMMIT.
func StartOperation(scope *trace.Scope, ctx context.Context, target *Target, operation string) *Operation {
	return kindOf(&callKey{scope: scope, target: *target, operation: operation}, describeOperation).start(ctx)
}

func describeOperation(key *callKey) Call {
	name := key.operation
	if key.target.Namespace != "" {
		name += " " + key.target.Namespace
	}
	return Call{Name: name, Operation: key.operation}
}

// StartCommand starts the span of a command with arguments. Its text begins with name, and its name is
// fullName, which may have a subcommand in addition.
func StartCommand(scope *trace.Scope, ctx context.Context, target *Target, fullName, name string, arguments int) *Operation {
	key := callKey{scope: scope, target: *target, operation: fullName, query: name, arguments: min(max(arguments, 0), mostArguments+1)}
	return kindOf(&key, describeCommand).start(ctx)
}

func describeCommand(key *callKey) Call {
	name := CommandName(key.operation)
	return Call{Name: name, Operation: name, Text: CommandText(CommandName(key.query), key.arguments)}
}

// End ends the span of a call that returned err. Answers that a library returns as errors, such as
// sql.ErrNoRows, are for the hook to leave out.
func (o *Operation) End(err error) {
	if o == nil {
		return
	}
	now := clock.Monotonic()
	if err != nil {
		o.fail(err, now)
	} else if o.start != 0 {
		o.kind.duration().Record(o.span, durations.Seconds(o.start, now))
	}
	o.span.EndOnClock(now)
}

func (o *Operation) fail(err error, now int64) {
	span, code := o.span, StatusCode(err)
	failure := code
	if code != "" {
		span.SetString(responseStatusCode, code)
	} else {
		failure = errortype.Of(err)
	}
	span.SetString(errorType, failure)
	message := redactMessage(err.Error(), o.kind.Text)
	span.SetError(message)
	span.LogError("db.client.operation.exception", err, message)
	if o.start != 0 {
		operationDuration(o.kind.series(code, failure)).Record(span, durations.Seconds(o.start, now))
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
