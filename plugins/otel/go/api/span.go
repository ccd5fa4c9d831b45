package api

import (
	"context"
	"fmt"
	"reflect"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	weft "go.weft.dev/sdk/trace"
)

// ownSpan is a span of the runtime for users of the API. What later versions of the API add comes from the
// embedded one, which does nothing.
type ownSpan struct {
	trace.Span
	s *weft.Span
}

// weftSpan returns the runtime's span.
func (o *ownSpan) weftSpan() *weft.Span { return o.s }

// sharedSpan is a span that the program has not started, so the program cannot end it: woven code does.
type sharedSpan struct{ ownSpan }

// End does nothing.
func (*sharedSpan) End(...trace.SpanEndOption) {}

// none returns a span that does nothing, from which there is a provider that does nothing.
func none() trace.Span { return trace.SpanFromContext(context.Background()) }

func (o *ownSpan) SpanContext() trace.SpanContext { return ToSpanContext(o.s.SpanContext()) }

func (o *ownSpan) IsRecording() bool { return o.s.IsRecording() }

func (o *ownSpan) SetName(name string) { o.s.SetName(name) }

func (o *ownSpan) SetStatus(code codes.Code, description string) {
	switch code {
	case codes.Ok:
		o.s.SetStatus(weft.StatusOK, "")
	case codes.Error:
		o.s.SetStatus(weft.StatusError, description)
	}
}

func (o *ownSpan) SetAttributes(kv ...attribute.KeyValue) { setAttributes(o.s, kv) }

// AddLink is part of the API since 1.25.
func (o *ownSpan) AddLink(link trace.Link) { addLink(o.s, link) }

func addLink(s *weft.Span, link trace.Link) {
	if s.IsRecording() && (link.SpanContext.IsValid() || len(link.Attributes) > 0 || link.SpanContext.TraceState().Len() > 0) {
		s.AddLink(FromSpanContext(link.SpanContext), Attributes(link.Attributes)...)
	}
}

func (o *ownSpan) AddEvent(name string, options ...trace.EventOption) {
	if o.s.IsRecording() {
		c := trace.NewEventConfig(options...)
		o.s.AddEventAt(c.Timestamp(), name, Attributes(c.Attributes())...)
	}
}

// RecordError adds an event, as the SDK does (trace/exceptions.md).
func (o *ownSpan) RecordError(err error, options ...trace.EventOption) {
	if err == nil || !o.s.IsRecording() {
		return
	}
	c := trace.NewEventConfig(options...)
	o.addException(c.Timestamp(), c.Attributes(), err, err.Error(), c.StackTrace())
}

func (o *ownSpan) addException(at time.Time, kv []attribute.KeyValue, v any, message string, stack bool) {
	attributes := append(Attributes(kv), exceptionType.String(typeName(v)), exceptionMessage.String(message))
	if stack {
		attributes = append(attributes, exceptionStacktrace.String(string(debug.Stack())))
	}
	o.s.AddEventAt(at, "exception", attributes...)
}

func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.PkgPath() == "" || t.Name() == "" {
		return t.String()
	}
	return fmt.Sprintf("%s.%s", t.PkgPath(), t.Name())
}

// End ends the span. Deferred, while the function panics, it adds an event about that, as the SDK does, and lets
// the panic go on.
func (o *ownSpan) End(options ...trace.SpanEndOption) {
	var c trace.SpanConfig
	if len(options) > 0 {
		c = trace.NewSpanEndConfig(options...)
	}
	if o.s.IsRecording() {
		if v := recover(); v != nil {
			defer panic(v)
			o.addException(time.Time{}, nil, v, fmt.Sprint(v), c.StackTrace())
		}
	}
	o.s.EndAt(c.Timestamp())
}

func (o *ownSpan) TracerProvider() trace.TracerProvider { return provider{none().TracerProvider()} }
