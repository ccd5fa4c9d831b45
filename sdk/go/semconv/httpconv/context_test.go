package httpconv

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"unsafe"
)

func TestSetContext(t *testing.T) {
	if contextAt == 0 {
		t.Error("it is not known where in a request its context is")
	}
	type key struct{}
	defer func(before uintptr) { contextAt = before }(contextAt)
	for _, at := range []uintptr{contextAt, 0} {
		contextAt = at
		r := httptest.NewRequest(http.MethodGet, "/users", nil)
		before := *r
		setContext(r, context.WithValue(r.Context(), key{}, "value"))
		if r.Context().Value(key{}) != "value" {
			t.Errorf("at %d: the request does not have the context", at)
		}
		setContext(r, before.Context())
		const size = unsafe.Sizeof(before)
		if *(*[size]byte)(unsafe.Pointer(r)) != *(*[size]byte)(unsafe.Pointer(&before)) {
			t.Errorf("at %d: something else of the request has changed", at)
		}
	}
}
