package rules

import (
	"fmt"
	"reflect"

	"go.weft.dev/sdk/attribute"
)

// attributeOf returns an attribute with a value of the program's: text, numbers, booleans, lists of text, what
// says itself how it reads, and pointers to those. What else there is may hold anything, and is left out.
func attributeOf(key attribute.Key, value any) attribute.Attribute {
	r := reflect.ValueOf(value)
	if r.Kind() == reflect.Pointer && r.IsNil() {
		return key.Any(nil)
	}
	switch v := value.(type) {
	case error:
		return key.String(v.Error())
	case fmt.Stringer:
		return key.String(v.String())
	case []string:
		return key.Strings(v)
	}
	switch {
	case r.Kind() == reflect.Pointer:
		return attributeOf(key, r.Elem().Interface())
	case r.Kind() == reflect.String:
		return key.String(r.String())
	case r.Kind() == reflect.Bool:
		return key.Bool(r.Bool())
	case r.CanInt():
		return key.Int(r.Int())
	case r.CanUint():
		return key.Int(int64(r.Uint()))
	case r.CanFloat():
		return key.Float(r.Float())
	}
	return key.Any(nil)
}
