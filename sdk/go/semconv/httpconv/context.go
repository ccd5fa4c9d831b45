package httpconv

import (
	"context"
	"net/http"
	"reflect"
	"unsafe"
)

// contextAt is where in a request its context is, 0 where that is not known.
var contextAt = contextOffset()

func contextOffset() uintptr {
	field, ok := reflect.TypeFor[http.Request]().FieldByName("ctx")
	if !ok || field.Type != reflect.TypeFor[context.Context]() {
		return 0
	}
	return field.Offset
}

// setContext gives r itself another context. By means of net/http that takes a copy of the request there
// and back.
func setContext(r *http.Request, ctx context.Context) {
	if contextAt == 0 {
		*r = *r.WithContext(ctx)
		return
	}
	*(*context.Context)(unsafe.Add(unsafe.Pointer(r), contextAt)) = ctx
}
