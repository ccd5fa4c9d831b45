package yaml

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// show writes a node in one line: kinds by their first letter, text in quotes.
func show(n *Node) string {
	var b strings.Builder
	switch n.Kind {
	case Map:
		for _, e := range n.Entries {
			fmt.Fprintf(&b, " %s:%s", e.Key, show(e.Value))
		}
		return "{" + strings.TrimPrefix(b.String(), " ") + "}"
	case List:
		for _, item := range n.Items {
			b.WriteString(" " + show(item))
		}
		return "[" + strings.TrimPrefix(b.String(), " ") + "]"
	default:
		return fmt.Sprintf("%c%q", "nbifs"[n.Kind], n.Text)
	}
}

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", `n""`},
		{"# nothing\n\n", `n""`},
		{"---\n", `n""`},
		{"%YAML 1.2\n--- # here\na: 1\n...\n# end\n", `{a:i"1"}`},
		{"\uFEFFa: b\r\nc: d\r\n", `{a:s"b" c:s"d"}`},
		{"word", `s"word"`},
		{"a:\nb:\n  c:\n", `{a:n"" b:{c:n""}}`},
		{"a: b # comment\nc: d#no comment\n", `{a:s"b" c:s"d#no comment"}`},
		{"a: http://localhost:4318/v1/traces", `{a:s"http://localhost:4318/v1/traces"}`},
		{"a   :   b", `{a:s"b"}`},
		{"'a b': c\n\"d:\" : e", `{a b:s"c" d::s"e"}`},
		{"x/development:\n  a.b: c", `{x/development:{a.b:s"c"}}`},
		{"- a\n-\n- b", `[s"a" n"" s"b"]`},
		{"a:\n- b\n- c\nd: e", `{a:[s"b" s"c"] d:s"e"}`},
		{"a:\n  - b\n\n  # between\n  - c\nd: e", `{a:[s"b" s"c"] d:s"e"}`},
		{"- a: 1\n  b: 2\n-   c: 3\n    d:\n      - e", `[{a:i"1" b:i"2"} {c:i"3" d:[s"e"]}]`},
		{"- - a\n  - b\n- - c", `[[s"a" s"b"] [s"c"]]`},
		{"-\n  a: b\n- -\n  - c", `[{a:s"b"} [n"" s"c"]]`},
		{"a: -1\nb: - 1\n", "line 2: has a - where a value belongs"},
		{"a: {}\nb: []\nc: {x: 1, 'y': [a, \"b\", ], z}", "line 3: has the key \"z\" without a colon"},
		{"a: {}\nb: []\nc: {x: 1, 'y': [a, \"b\", ], z: }", `{a:{} b:[] c:{x:i"1" y:[s"a" s"b"] z:n""}}`},
		{"a: [ # list\n  b, # item\n\n  c ] # end\nd: {\"e\":1,\"f\":[]}", `{a:[s"b" s"c"] d:{e:i"1" f:[]}}`},
		{"{\"a\": {\"b\": [1, -2.5e3, true, null, \"c\"]}}", `{a:{b:[i"1" f"-2.5e3" b"true" n"null" s"c"]}}`},
		{`a: 'it''s ${x} \n'`, `{a:s"it's ${x} \\n"}`},
		{`a: "\"\\\/\t\x41\u00e9\U0001F600\ud83d\ude00"`, `{a:s"\"\\/\tAé😀😀"}`},
		{`a: "\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P"`, `{a:s"\x00\a\b\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029"}`},
		{"a: |\n  b\n   c\n\n  d\ne: f", `{a:s"b\n c\n\nd\n" e:s"f"}`},
		{"a: |-\n  b\n\n", `{a:s"b"}`},
		{"a: |+\n  b\n\n", `{a:s"b\n\n"}`},
		{"a: |2-\n   b\n  c", `{a:s" b\nc"}`},
		{"- |\n a\n- >-\n b\n c", `[s"a\n" s"b c"]`},
		{"a: >\n\n  b\n  c\n\n  d\n    e\n  f\n", `{a:s"\nb c\nd\n  e\nf\n"}`},
		{"a: |\nb: c", `{a:s"" b:s"c"}`},
		{"a: |\n  # text\n  ${b}: c\n# comment\nd: e", `{a:s"# text\n${b}: c\n" d:s"e"}`},
		{"a: ~\nb: null\nc: NULL\nd: True\ne: FALSE\nf: yes\ng: nULL", `{a:n"~" b:n"null" c:n"NULL" d:b"True" e:b"FALSE" f:s"yes" g:s"nULL"}`},
		{"a: 0x1F\nb: 0o17\nc: 017\nd: +1\ne: 1_0\nf: 9223372036854775808", `{a:i"0x1F" b:i"0o17" c:i"017" d:i"+1" e:s"1_0" f:f"9223372036854775808"}`},
		{"a: 1.\nb: .5\nc: -.inf\nd: .NaN\ne: 1e\nf: 0x1p2\ng: inf\nh: .", `{a:f"1." b:f".5" c:f"-.inf" d:f".NaN" e:s"1e" f:s"0x1p2" g:s"inf" h:s"."}`},
		{`a: "1"`, `{a:s"1"}`},

		{"a: 1\nb: 2\na: 3", `line 3: has the key "a" a second time`},
		{"{a: 1,\na: 2}", `line 2: has the key "a" a second time`},
		{"a: b\n  c", "line 2: is indented more than the keys before it; a text of several lines begins with | or >"},
		{"a: b\n\tc: d", "line 2: is indented with a tab"},
		{"  a: b\nc: d", "line 2: does not belong to what is before it"},
		{"- a\nb: c", "line 2: does not belong to what is before it"},
		{"- a\n  - b", "line 2: is indented more than the items before it"},
		{"a:\n  - b\n    - c", "line 3: is indented more than the items before it"},
		{"a: b\n- c", "line 2: is an item of a list among keys"},
		{"a: b\nc", "line 2: is not of the form key: value"},
		{"a: b: c", "line 1: has a value with a colon in it, which needs quotes"},
		{"a: 'b", "line 1: has a quote that is not closed in the line"},
		{"a: 'b' c", "line 1: has something behind its value"},
		{"a: 'b'#c", "line 1: has something behind its value"},
		{"a: [b] c", "line 1: has something behind its value"},
		{`a: "\q"`, "line 1: has an unknown escape in a text in quotes"},
		{`a: "\ud83d"`, "line 1: has an unknown escape in a text in quotes"},
		{"a: &b c\nd: *b\ne: *b # text", `{a:s"c" d:s"c" e:s"c"}`},
		{"a: &b\n  c: 1\nd: *b", `{a:{c:i"1"} d:{c:i"1"}}`},
		{"a: &b\n- 1\nd: [*b, *b]\ne: {f: *b}", `{a:[i"1"] d:[[i"1"] [i"1"]] e:{f:[i"1"]}}`},
		{"a: &b\nd: *b", `{a:n"" d:n""}`},
		{"a: &b |\n  c\nd: *b", `{a:s"c\n" d:s"c\n"}`},
		{"- &a b\n- &c\n  d: e\n- *a\n- *c\n- &f [g]\n- *f", `[s"b" {d:s"e"} s"b" {d:s"e"} [s"g"] [s"g"]]`},
		{"- &a b\n- &a c\n- *a", `[s"b" s"c" s"c"]`},
		{"a: [&b c, &d\n {e: f}, *b, *d]", `{a:[s"c" {e:s"f"} s"c" {e:s"f"}]}`},
		{"a: &b 'c'\nd: \"*b\"", `{a:s"c" d:s"*b"}`},
		{"a: *b", "line 1: uses the alias *b, of which there is no anchor before"},
		{"a: &b [*b]", "line 1: uses the alias *b, of which there is no anchor before"},
		{"a: &b c\nd: *b e", "line 2: has something behind its alias"},
		{"a: & b", "line 1: has an anchor or alias without a name"},
		{"- &a b: c", "line 1: has an anchor and the begin of its value in one line; the value goes into the next"},
		{"&a b: c", "line 1: uses an anchor or alias where it is not supported: one follows the key or the dash of its value"},
		{"a: &b c\n*b : d", "line 2: uses an anchor or alias where it is not supported: one follows the key or the dash of its value"},
		{laughs, "line 5: makes more than 100000 values"},
		{"a: !!str b", "line 1: uses a tag, which is not supported"},
		{"a: `b`", "line 1: has a text that begins with ` and needs quotes"},
		{"? a\n: b", "line 1: has a ? where a value belongs"},
		{"a: | b\n  c", "line 1: has something behind its | or >"},
		{"a: |x\n  c", "line 1: has something behind its | or >"},
		{"a: |\n    b\n  c", "line 3: is indented more than the keys before it; a text of several lines begins with | or >"},
		{"\na: [b,\n", "line 2: begins a bracket that is not closed"},
		{"a: [b, , c]", "line 1: has no value where one belongs"},
		{"a: [b: c]", `line 1: has ":" where a comma or "]" belongs`},
		{"a: [${b}]", "line 1: has a text with a bracket in a collection in brackets, which needs quotes"},
		{"a: [b}", `line 1: has "}" where a comma or "]" belongs`},
		{"%TAG ! b\n---\na: b", "line 1: this directive is not supported"},
		{"a: b\n---\nc: d", "line 2: begins a second document"},
		{"a: b\n...\nc: d", "line 3: is behind the end of the document"},
		{"a: \x01", "line 1: holds characters that are no text"},
		{"a: \xff", "line 1: holds characters that are no text"},
		{strings.Repeat("- ", 51) + "a", "line 1: is nested more than 50 deep"},
		{strings.Repeat("[", 51), "line 1: is nested more than 50 deep"},
		{strings.Repeat(" ", MaxBytes+1), "more than 1048576 bytes"},
	}
	for _, tt := range tests {
		node, err := Parse([]byte(tt.text), nil)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = show(node)
		}
		if got != tt.want {
			t.Errorf("%.80q\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// laughs is short, and would be a list of a billion values.
var laughs = func() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 8 {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	return text
}()

func TestExpand(t *testing.T) {
	expand := func(s string) (string, error) {
		if s == "bad" {
			return "", errors.New("is bad")
		}
		return strings.NewReplacer("$one", "1", "$nothing", "", "$map", "a: b\nc: d").Replace(s), nil
	}
	node, err := Parse([]byte("$one: $one\nb: \"$one\"\nc: [$one, $nothing]\nd: $map\ne: |\n  $one"), expand)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(node), `{$one:i"1" b:s"1" c:[i"1" n""] d:s"a: b\nc: d" e:s"1\n"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, err = Parse([]byte("a: b\nc: bad"), expand)
	if err == nil || err.Error() != "line 2: is bad" {
		t.Errorf("error %v", err)
	}
}

func TestLines(t *testing.T) {
	node, err := Parse([]byte("\na:\n  - b\n  -\n    c: |\n      d\n    e:\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	a := node.Entries[0]
	c := a.Value.Items[1].Entries
	got := []int{a.Line, a.Value.Line, a.Value.Items[0].Line, c[0].Line, c[0].Value.Line, c[1].Line, c[1].Value.Line}
	if want := []int{2, 3, 3, 5, 5, 7, 7}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]float64{
		"1": 1, "0x10": 16, "0o10": 8, "010": 10, "-3": -3, "+.5": 0.5, "1e3": 1000, ".inf": math.Inf(1), "-.INF": math.Inf(-1),
	} {
		node, err := Parse([]byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := node.Number(); !ok || got != want {
			t.Errorf("%s is %v, %t", text, got, ok)
		}
	}
	node, _ := Parse([]byte(".nan"), nil)
	if f, ok := node.Number(); !ok || !math.IsNaN(f) {
		t.Errorf(".nan is %v, %t", f, ok)
	}
	node, _ = Parse([]byte("'1'"), nil)
	if _, ok := node.Number(); ok || !node.Scalar() {
		t.Error("a text is a number")
	}
}

// plain returns what encoding/json makes of the same text.
func plain(n *Node) any {
	switch n.Kind {
	case Map:
		m := map[string]any{}
		for _, e := range n.Entries {
			m[e.Key] = plain(e.Value)
		}
		return m
	case List:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, plain(item))
		}
		return list
	case Null:
		return nil
	case Bool:
		return n.Text == "true"
	case Int, Float:
		f, _ := n.Number()
		return f
	default:
		return n.Text
	}
}

const sampleJSON = `{
  "file_format": "1.0",
  "list": [1, 2.5, -3e-2, true, false, null, "a\"b\\\/\b\f\n\r\t\u00e4\ud83d\ude00", [], {}],
  "nested": {"a": {"b": [{"c": "d: e # f"}]}},
  "": " "
}
`

// FuzzParse checks that no text breaks the parser, that errors name a line, and
// that JSON means what it means to encoding/json.
func FuzzParse(f *testing.F) {
	f.Add(sampleJSON)
	f.Add("a: b\nc:\n  - d: [e, {f: 'g'}]\n    h: |+2\n      i\n\n  -\n    - >-\n      j\n...\n")
	f.Add("? a\n- &b !c *d\n\t%e: \"\\x41")
	f.Fuzz(func(t *testing.T, text string) {
		node, err := Parse([]byte(text), nil)
		if err != nil {
			var e *Error
			if errors.As(err, &e) && (e.Line < 1 || e.Line > strings.Count(text, "\n")+1) {
				t.Errorf("error in line %d: %v", e.Line, err)
			}
			return
		}
		var want any
		if json.Unmarshal([]byte(text), &want) == nil {
			if got := plain(node); !reflect.DeepEqual(got, want) {
				t.Errorf("%#v, encoding/json reads %#v", got, want)
			}
		}
	})
}

func TestJSON(t *testing.T) {
	node, err := Parse([]byte(sampleJSON), nil)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal([]byte(sampleJSON), &want); err != nil {
		t.Fatal(err)
	}
	if got := plain(node); !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, want %#v", got, want)
	}
}
