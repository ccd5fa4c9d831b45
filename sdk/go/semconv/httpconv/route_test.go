package httpconv

import "testing"

func TestRouteOf(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                                "",
		"/":                               "/",
		"/users/{id}":                     "/users/{id}",
		"GET /users/{id}":                 "/users/{id}",
		"GET \t/users/{id}":               "/users/{id}",
		"GET example.com/users/{id...}":   "/users/{id...}",
		"example.com/{$}":                 "/{$}",
		"/a b/":                           "/a b/",
		"POST":                            "POST",
		"DELETE [::1]/x":                  "/x",
		"/items/{name} trailing {x}/more": "/items/{name} trailing {x}/more",
	} {
		if got := routeOf(pattern); got != want {
			t.Errorf("routeOf(%q) = %q, want %q", pattern, got, want)
		}
	}
}

func TestJoinRoute(t *testing.T) {
	for _, test := range []struct{ outerRoute, outerPath, innerRoute, innerPath, want string }{
		{"/api/", "/api/users/7", "/users/{id}", "/users/7", "/api/users/{id}"},
		{"/api/", "/api/users/7", "/api/users/{id}", "/api/users/7", "/api/users/{id}"},
		{"/{tenant}/", "/acme/users/7", "/users/{id}", "/users/7", "/users/{id}"},
		{"/old/", "/old/x", "/new", "/new", "/new"},
	} {
		got := joinRoute(test.outerRoute, test.outerPath, test.innerRoute, test.innerPath)
		if got != test.want {
			t.Errorf("joinRoute(%q, %q, %q, %q) = %q, want %q", test.outerRoute, test.outerPath,
				test.innerRoute, test.innerPath, got, test.want)
		}
	}
}
