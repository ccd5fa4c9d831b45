package log

import (
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	q := using(t, 128, -1)
	for _, test := range []struct{ text, want string }{
		{`{"a":1,"b":"x","c":true,"d":null,"e":-1.5e3}`, `{"a":1,"b":"x","c":true,"d":null,"e":-1500f}`},
		{`"a":1,"b":2`, `{"a":1,"b":2}`},
		{` "a" : 1 , "b": [ 1, "x", {"c": []}, [] ] `, `{"a":1,"b":[1,"x",{"c":[]},[]]}`},
		{`"a":{"b":{"c":1},"d":{}},"e":2`, `{"a":{"b":{"c":1},"d":{}},"e":2}`},
		{`"a":1,"n":{"b":2,"m":{"c":3`, `{"a":1,"n":{"b":2,"m":{"c":3,"after":0}}}`},
		{`"a\n\u00e4":"b\"\\"`, `{"a\nä":"b\"\\"}`},
		{`"a":1,"a":2`, `{"a":2}`},
		{`"a":[{"b":1,"b":2}]`, `{"a":[{"b":2}]}`},
		{`"n":18446744073709551615`, `{"n":1.8446744073709552e+19f}`},
		{`"took":1,"a":2`, `{"a":2}`},
		{`"took":{"x":[1,"}"]},"a":2`, `{"a":2}`},
		{`"a":{"took":1}`, `{"a":{"took":1}}`},
		// Malformed.
		{``, `{}`}, {`{`, `{}`}, {`}`, `{}`}, {`"a"`, `{}`}, {`"a":`, `{}`}, {`"a":x,"b":1`, `{}`},
		{`"a":1,"b":[1`, `{"a":1}`}, {`"a":1,"b":"x`, `{"a":1}`}, {`"a":1}"b":2`, `{"a":1}`},
		{`"a":"\x"`, `{}`}, {`"a":1,5`, `{"a":1}`}, {`"a":[1}`, `{}`},
	} {
		got := attributesOf(t, q, func(r *Record) {
			r.JSON([]byte(test.text), func(key string, value []byte) bool { return key == "took" })
			if strings.HasSuffix(test.text, `"c":3`) {
				r.Int("after", 0)
			}
		})
		want := strings.NewReplacer("\n", `\n`).Replace(test.want)
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, got, want)
		}
	}
}

func TestDepth(t *testing.T) {
	q := using(t, 128, -1)
	for _, text := range []string{
		`"a":` + strings.Repeat(`[`, 1e5),
		`"a":` + strings.Repeat(`[`, 1e5) + strings.Repeat(`]`, 1e5) + `,"b":1`,
		`"a":` + strings.Repeat(`{"a":`, 1e5),
		`"a":` + strings.Repeat(`[{"a":`, 1e5),
	} {
		if got := attributesOf(t, q, func(r *Record) { r.JSON([]byte(text), nil) }); len(got) > 1000 {
			t.Errorf("depth is not bounded: %.100s", got)
		}
	}
}

func TestHasMember(t *testing.T) {
	for text, want := range map[string]bool{
		``: false, `{"trace_id":"x"}`: true, `"a":1,"trace_id": "x"`: true, `"a":{"trace_id":"x"}`: false,
		`"a":{"trace_id":"x"},"trace_id":1`: true, `"a":"\"trace_id\":1"`: false, `"n":{"trace_id":1`: false,
		`"a":"trace_id","b":"trace_id"`: false, `"parent_trace_id":1`: false, `"a":["trace_id",1],"b":tr`: false,
	} {
		if got := HasMember([]byte(text), "trace_id"); got != want {
			t.Errorf("HasMember(%s) = %t", text, got)
		}
	}
}

func TestText(t *testing.T) {
	for value, want := range map[string]string{`"a"`: "a", `"a\"b"`: `a"b`, `1`: "", ``: "", `"a`: ""} {
		if got, _ := Text([]byte(value)); got != want {
			t.Errorf("Text(%s) = %s", value, got)
		}
	}
}

// FuzzJSON checks that whatever text gives a message that decodes.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"b":["x",{"c":null}]}`, `"a":1,"n":{"b":2`, `"a\u00e4":"\n"`, `}{`, `"a":{"a":{}},"a":1e400`, `"":[[`,
		`"a":[1,],"b":{,}`, `"a":"\ud800"`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := using(t, 4, 10)
		HasMember([]byte(text), "a")
		attributesOf(t, q, func(r *Record) {
			r.JSON([]byte(text), func(key string, value []byte) bool { return key == "b" })
			r.Any("after", text)
		})
	})
}
