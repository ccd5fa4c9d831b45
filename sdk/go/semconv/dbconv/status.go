package dbconv

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// StatusCode returns the db.response.status_code of an error that a database answered with, as far as
// the driver's error tells: the SQLSTATE (lib/pq, pgx), the number (mysql, mssql, sqlite), or the
// prefix of a Redis error. It is empty for errors of other origin.
func StatusCode(err error) string {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return state.SQLState()
	}
	var number interface{ SQLErrorNumber() int32 } // go-mssqldb
	if errors.As(err, &number) {
		return strconv.Itoa(int(number.SQLErrorNumber()))
	}
	var code interface{ Code() int } // modernc.org/sqlite
	if errors.As(err, &code) {
		return strconv.Itoa(code.Code())
	}
	var redis interface{ RedisError() }
	if errors.As(err, &redis) {
		return redisPrefix(err.Error())
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if number := numberField(err); number != "" {
			return number
		}
	}
	return ""
}

// numberField returns the number of *mysql.MySQLError and of mattn's sqlite3.Error, which have it in a
// field only.
func numberField(err error) string {
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || SystemOf(v.Type().PkgPath()) == OtherSQL {
		return ""
	}
	for _, name := range [...]string{"Number", "Code"} {
		switch field := v.FieldByName(name); {
		case !field.IsValid():
		case field.CanInt():
			return strconv.FormatInt(field.Int(), 10)
		case field.CanUint():
			return strconv.FormatUint(field.Uint(), 10)
		}
	}
	return ""
}

// redisPrefix returns the first word of a Redis error if it is in capitals: WRONGTYPE, ERR
// (redis.io, RESP protocol, simple errors).
func redisPrefix(message string) string {
	word, _, _ := strings.Cut(message, " ")
	for i := range len(word) {
		if c := word[i]; (c < 'A' || c > 'Z') && c != '_' {
			return ""
		}
	}
	return word
}
