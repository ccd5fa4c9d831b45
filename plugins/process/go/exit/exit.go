// Package exit sends off telemetry where a program ends.
package exit

import "go.weft.dev/sdk/lifecycle"

// afterMain hooks main of package main, for when it returns or panics.
func afterMain() { lifecycle.Flush() }

// beforeTests hooks (*testing.M).Run.
func beforeTests() { lifecycle.BeforeTests() }

// afterTests hooks (*testing.M).Run, whose caller ends the program.
func afterTests() { lifecycle.Flush() }

// beforeExit hooks uses of os.Exit.
func beforeExit(int) { lifecycle.Flush() }
