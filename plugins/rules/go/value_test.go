package rules

import (
	"errors"
	"testing"
	"time"

	"go.weft.dev/sdk/attribute"
)

type id string

func TestValuesOfAProgram(t *testing.T) {
	k := attribute.NewKey("test.k")
	number := 7
	for _, test := range []struct {
		value any
		want  attribute.Attribute
	}{
		{"a", k.String("a")},
		{id("a"), k.String("a")},
		{&number, k.Int(7)},
		{uint8(7), k.Int(7)},
		{float32(0.5), k.Float(0.5)},
		{true, k.Bool(true)},
		{time.Second, k.String("1s")},
		{errors.New("bad"), k.String("bad")},
		{[]string{"a"}, k.Strings([]string{"a"})},
		{(*int)(nil), k.Any(nil)},
		{nil, k.Any(nil)},
		{struct{ Password string }{"secret"}, k.Any(nil)},
	} {
		got := attributeOf(k, test.value)
		if string(got.Append(nil, 10)) != string(test.want.Append(nil, 10)) {
			t.Errorf("attributeOf(%#v) is another value than wanted", test.value)
		}
	}
}
