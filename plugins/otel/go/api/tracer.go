package api

import (
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/trace"
	weft "go.weft.dev/sdk/trace"
)

// configured is the provider that the program has made the global one, if any.
var configured atomic.Pointer[trace.TracerProvider]

// Configure makes the runtime's tracers, those handed out already too, hand over to p.
func Configure(p trace.TracerProvider) {
	if _, own := p.(provider); !own && p != nil {
		configured.CompareAndSwap(nil, &p) // what the API hands over to is the first one, too
	}
}

// provider makes tracers of the runtime, or of what the program configures. What later versions of the API
// add comes from the embedded one, which does nothing.
type provider struct{ trace.TracerProvider }

func (provider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	if p := configured.Load(); p != nil {
		return (*p).Tracer(name, options...)
	}
	return Tracer(name, options)
}

// tracer makes spans with the runtime until the program configures a provider.
type tracer struct {
	trace.Tracer // does nothing
	name         string
	options      []trace.TracerOption
	scope        *weft.Scope
	convention   weft.Convention
	delegate     atomic.Pointer[trace.Tracer]
}

var tracers sync.Map // *weft.Scope to *tracer

// Tracer returns the runtime's tracer of that name and version, nil when the program has configured a
// provider.
func Tracer(name string, options []trace.TracerOption) trace.Tracer {
	if configured.Load() != nil {
		return nil
	}
	version := ""
	if len(options) > 0 {
		c := trace.NewTracerConfig(options...)
		version = c.InstrumentationVersion()
	}
	scope := Scope(name, version)
	if t, ok := tracers.Load(scope); ok {
		return t.(*tracer)
	}
	t := &tracer{
		Tracer: none().TracerProvider().Tracer(name), name: name, options: options, scope: scope,
		convention: ConventionOf(name),
	}
	if scope == nil {
		return t
	}
	first, _ := tracers.LoadOrStore(scope, t)
	return first.(*tracer)
}

// Start starts a span (trace/api.md#span-creation).
func (t *tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	if p := configured.Load(); p != nil {
		return t.delegateOf(*p).Start(ctx, name, options...)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if len(options) == 0 {
		s, in := t.scope.StartWith(ctx, name, weft.Options{})
		return in, started(in, s)
	}
	c := trace.NewSpanStartConfig(options...)
	s, in := t.scope.StartWith(ctx, name, weft.Options{
		Kind: weft.Kind(trace.ValidateSpanKind(c.SpanKind())).Of(t.convention),
		Time: c.Timestamp(), NewRoot: c.NewRoot(),
	})
	setAttributes(s, c.Attributes())
	for _, link := range c.Links() {
		addLink(s, link)
	}
	return in, started(in, s)
}

// started returns s for users of the API. Where no span was made there may be a woven one of the same
// operation, which stands for it.
func started(ctx context.Context, s *weft.Span) trace.Span {
	if s != nil {
		return &ownSpan{none(), s}
	}
	if woven := weft.ManualParent(ctx); woven != nil {
		return &sharedSpan{ownSpan{none(), woven}}
	}
	return none()
}

func (t *tracer) delegateOf(p trace.TracerProvider) trace.Tracer {
	if d := t.delegate.Load(); d != nil {
		return *d
	}
	d := p.Tracer(t.name, t.options...)
	t.delegate.CompareAndSwap(nil, &d)
	return *t.delegate.Load()
}
