package attribute

import (
	"bytes"
	"strings"
	"testing"

	"go.weft.dev/sdk/internal/wire"
)

// Strings of any length are encoded as messages within messages.
func TestAppendString(t *testing.T) {
	const tag = 9<<3 | wire.Bytes
	key := NewKey("some.key")
	for _, n := range []int{0, 1, 5, 108, 109, 110, 111, 112, 113, 114, 127, 128, 16383, 16384} {
		text := strings.Repeat("a", n)
		value := wire.AppendString(nil, 1<<3|wire.Bytes, text)
		want := wire.AppendString(nil, 1<<3|wire.Bytes, "some.key")
		want = wire.AppendBytes(want, 2<<3|wire.Bytes, value)
		want = wire.AppendBytes(nil, tag, want)
		got := AppendString(nil, tag, key, text)
		if !bytes.Equal(got, want) {
			t.Errorf("%d characters: %x, want %x", n, got[:min(len(got), 40)], want[:min(len(want), 40)])
		}
		if !key.Begins(got) || NewKey("some.key2").Begins(got) || NewKey("some.ke").Begins(got) {
			t.Errorf("%d characters: the key is not told", n)
		}
	}
	if got := AppendString(nil, tag, NewKey("k"), "a\xffb"); !bytes.Contains(got, []byte("a\uFFFDb")) {
		t.Errorf("invalid UTF-8 becomes %q", got)
	}
}
