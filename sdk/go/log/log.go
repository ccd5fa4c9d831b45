// Package log makes log records, by the OpenTelemetry specification (logs/api.md,
// logs/sdk.md, logs/data-model.md), for hooks of logging libraries. Records are
// wanted only where OTEL_LOGS_EXPORTER names an exporter; elsewhere a hook learns so
// by one branch. They are encoded straight into what is sent.
package log

import (
	"sync"
	"sync/atomic"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/internal/queue"
)

// Logger emits the records of one instrumentation scope. A nil *Logger is the
// runtime's own.
type Logger struct{ scope *queue.Scope }

// NewLogger returns the logger of that name and version. It is meant for package
// variables.
func NewLogger(name, version string) *Logger { return &Logger{queue.NewScope(name, version)} }

// ForScope returns the logger of a scope.
func ForScope(scope *queue.Scope) *Logger { return &Logger{scope} }

// maxNames bounds how many scopes Named makes: each has a buffer of its own.
const maxNames = 256

var named struct {
	sync.Mutex
	loggers map[string]*Logger
}

// Named returns the logger that a program knows by name, l where the name is empty
// or the program has very many of them.
func (l *Logger) Named(name string) *Logger {
	if name == "" {
		return l
	}
	named.Lock()
	defer named.Unlock()
	if found := named.loggers[name]; found != nil {
		return found
	}
	if len(named.loggers) >= maxNames {
		return l
	}
	if named.loggers == nil {
		named.loggers = make(map[string]*Logger)
	}
	made := NewLogger(name, "")
	named.loggers[name] = made
	return made
}

// provider is the configuration of logging, fixed with the first record.
type provider struct {
	queue       *queue.Queue // nil when records are not wanted
	attributes  int          // of a record (logs/sdk.md#logrecord-limits)
	valueLength int          // characters of a string, -1 for no limit
}

var (
	configured atomic.Pointer[provider]
	configure  sync.Once
)

// current returns the provider, which the first call makes from the environment.
func current() *provider {
	if p := configured.Load(); p != nil {
		return p
	}
	configure.Do(func() { configured.CompareAndSwap(nil, newProvider(export.Logs())) })
	return configured.Load()
}

// newProvider reads the limits; those of log records take precedence over the
// general ones (common/README.md#configurable-parameters).
func newProvider(q *queue.Queue) *provider {
	p := &provider{queue: q}
	if q != nil {
		count := env.Int("OTEL_ATTRIBUTE_COUNT_LIMIT", 128, 0)
		length := env.Int("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", -1, 0)
		p.attributes = env.Int("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", count, 0)
		p.valueLength = env.Int("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", length, 0)
	}
	return p
}

// Enabled reports whether log records are wanted (logs/api.md#enabled). Calling it is
// optional.
func Enabled() bool { return current().queue != nil }

// Begin returns a new record, to be completed and emitted by the goroutine that calls
// it. It returns nil where records are not wanted: without an exporter, and in the
// runtime's own goroutines.
func (l *Logger) Begin() *Record {
	p := current()
	if p.queue == nil {
		return nil
	}
	if slot, _ := goroutine.Current(); slot != nil && slot.Suppressed() {
		return nil
	}
	r := records.Get().(*Record)
	r.provider, r.scope = p, queue.DefaultScope()
	if l != nil && l.scope != nil {
		r.scope = l.scope
	}
	return r
}
