package httpconv

import "strings"

// routeOf returns the path of a [net/http.ServeMux] pattern, "[METHOD ][HOST]/[PATH]".
func routeOf(pattern string) string {
	if i := strings.IndexAny(pattern, " \t"); i >= 0 && !strings.Contains(pattern[:i], "/") {
		pattern = strings.TrimLeft(pattern[i:], " \t")
	}
	if i := strings.IndexByte(pattern, '/'); i > 0 {
		return pattern[i:]
	}
	return pattern
}

// joinRoute returns the route of a mux inside another. The outer one matched outerRoute for
// outerPath; the inner one matched innerRoute for innerPath. Where the prefix that was stripped on
// the way is a literal part of the outer route, the routes are joined; a prefix with wildcards is
// not, because its text differs from request to request.
func joinRoute(outerRoute, outerPath, innerRoute, innerPath string) string {
	prefix, ok := strings.CutSuffix(outerPath, innerPath)
	if !ok || prefix == "" || !strings.HasPrefix(outerRoute, prefix) {
		return innerRoute
	}
	return prefix + innerRoute
}
