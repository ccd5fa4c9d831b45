package attribute

import (
	"bytes"
	"testing"
)

// Limits hold for what is nested in values, too, and keys stay whole
// (common/README.md#attribute-limits).
func TestTruncate(t *testing.T) {
	key := NewKey("a key that is long")
	for _, tt := range []struct {
		length    int
		value     any
		truncated any
	}{
		{3, "grüße", "grü"},
		{3, "ab", "ab"},
		{0, "ab", ""},
		{-1, "grüße", "grüße"},
		{3, []string{"abcd", "", "üüüü"}, []string{"abc", "", "üüü"}},
		{3, []byte("abcd"), []byte("abc")},
		{-1, []byte("abcd"), []byte("abcd")},
		{3, []byte("ab"), []byte("ab")},
		{1, int64(123456), int64(123456)},
		{1, []int64{123456, 0}, []int64{123456, 0}},
		{1, []float64{0.125}, []float64{0.125}},
		{1, nil, nil},
		{
			2, []any{"abc", nil, []byte("abc"), int64(1000), []any{"xyz", []Pair{}}, true},
			[]any{"ab", nil, []byte("ab"), int64(1000), []any{"xy", []Pair{}}, true},
		},
		{
			2, []Pair{{"name", "abc"}, {"", nil}, {"inner", []Pair{{"deep", []string{"üüü"}}}}},
			[]Pair{{"name", "ab"}, {"", nil}, {"inner", []Pair{{"deep", []string{"üü"}}}}},
		},
	} {
		value, want := key.Any(tt.value), key.Any(tt.truncated)
		got := value.Truncate(tt.length)
		if got, want := got.Append(nil, 1), want.Append(nil, 1); !bytes.Equal(got, want) {
			t.Errorf("%v cut to %d:\n%q, want\n%q", tt.value, tt.length, got, want)
		}
	}
}
