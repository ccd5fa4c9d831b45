//go:build !unix && !windows

package export

// failureOfSystem returns "": the errors of these systems have no numbers.
func failureOfSystem(error) string { return "" }
