package dbconv

import "strings"

// mostArguments is how many arguments of a command its text shows.
const mostArguments = 16

// CommandName returns the name of a command in capitals, as Redis documents it.
func CommandName(name string) string { return strings.ToUpper(name) }

// CommandText returns a command with ? for each of its arguments (semconv database/redis.md).
func CommandText(name string, arguments int) string {
	if arguments <= 0 {
		return name
	}
	if arguments > mostArguments {
		return name + strings.Repeat(" ?", mostArguments) + " ..."
	}
	return name + strings.Repeat(" ?", arguments)
}
