package config

import "slices"

// MatchesAny reports whether a name fits one of some patterns.
func MatchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return Matches(pattern, name) })
}

// Matches reports whether a name fits a pattern, in which ? stands for one
// character and * for any number of them (opentelemetry-configuration,
// IncludeExclude).
func Matches(pattern, name string) bool {
	star, mark := -1, 0 // the last * so far, and up to where it stands for characters
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
