// Package lifecycle sends off telemetry before the program ends, in whichever way. With
// it the metrics of the runtime and the process are linked, which begin with the program.
package lifecycle

import (
	"time"

	"go.weft.dev/sdk/export"
	_ "go.weft.dev/sdk/runtimemetrics"
)

// longest is for how long Flush holds up the end of the program at most.
const longest = 5 * time.Second

// Flush sends off all that has ended. It returns at once when there is nothing,
// or nobody to send it to, and after five seconds at the latest.
func Flush() { export.Flush(longest) }
