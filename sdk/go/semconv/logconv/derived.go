package logconv

import (
	"runtime"
	"sync"
	"weak"
)

// Derived remembers what a program added to loggers that it derived from others, for as long as these
// live: a handler keeps it as text only, if at all. The zero Derived is empty.
type Derived[Logger, Value any] struct {
	values sync.Map // of Value by weak.Pointer[Logger]
}

// Store remembers a value for a logger, which was just made.
func (d *Derived[Logger, Value]) Store(logger *Logger, v Value) {
	key := weak.Make(logger)
	d.values.Store(key, v)
	runtime.AddCleanup(logger, func(key weak.Pointer[Logger]) { d.values.Delete(key) }, key)
}

// Load returns the value of a logger, the zero value for one without.
func (d *Derived[Logger, Value]) Load(logger *Logger) Value {
	v, _ := d.values.Load(weak.Make(logger))
	value, _ := v.(Value)
	return value
}
