package log

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Any adds an attribute with a value of any type (common/attribute-type-mapping.md).
// What is not a basic type goes by what it says of itself: as an error, as text, as
// JSON.
func (r *Record) Any(key string, v any) {
	switch v := v.(type) {
	case string:
		r.String(key, v)
	case bool:
		r.Bool(key, v)
	case int:
		r.Int(key, int64(v))
	case int64:
		r.Int(key, v)
	case int32:
		r.Int(key, int64(v))
	case uint:
		r.Uint(key, uint64(v))
	case uint64:
		r.Uint(key, v)
	case uint32:
		r.Int(key, int64(v))
	case float64:
		r.Float(key, v)
	case float32:
		r.Float(key, float64(v))
	case []byte:
		r.Bytes(key, v)
	case time.Duration:
		r.String(key, v.String())
	case time.Time:
		r.Time(key, v)
	case nil:
		r.raw(key, []byte("null"))
	default:
		r.other(key, v)
	}
}

// Uint adds an attribute with an integer value, or its digits where it is larger than
// the integers of AnyValue are.
func (r *Record) Uint(key string, v uint64) {
	if v > math.MaxInt64 {
		r.String(key, strconv.FormatUint(v, 10))
		return
	}
	r.Int(key, int64(v))
}

// Time adds an attribute with a time as text.
func (r *Record) Time(key string, v time.Time) { r.String(key, v.Format(time.RFC3339Nano)) }

// other adds what the methods of a value, or its fields, say of it. They are the
// program's: one that panics must not cost the record.
func (r *Record) other(key string, v any) {
	defer func() {
		if p := recover(); p != nil {
			r.String(key, fmt.Sprintf("!PANIC: %v", p))
		}
	}()
	switch v := v.(type) {
	case error:
		if isNil(v) {
			r.raw(key, []byte("null"))
			return
		}
		r.String(key, v.Error())
		return
	case json.Marshaler, encoding.TextMarshaler:
	case fmt.Stringer:
		if isNil(v) {
			r.raw(key, []byte("null"))
			return
		}
		r.String(key, v.String())
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		r.String(key, "!ERROR: "+err.Error())
		return
	}
	r.raw(key, text)
}

func isNil(v any) bool {
	of := reflect.ValueOf(v)
	return of.Kind() == reflect.Pointer && of.IsNil()
}
