package report

import "sync/atomic"

// Level says how much is told: all of this level and of those before it.
type Level int32

// Levels, by what is lost when nobody reads them.
const (
	None  Level = iota
	Error       // telemetry is lost or off
	Warn        // something is other than was asked for
	Info        // all is well again
	Debug
)

// less is how much less than Debug is told, so that the zero value is right for
// who comes before the configuration is read: all of it.
var less atomic.Int32

// SetLevel sets how much is told.
func SetLevel(l Level) { less.Store(int32(Debug - l)) }

func tells(l Level) bool { return l <= Debug-Level(less.Load()) }
