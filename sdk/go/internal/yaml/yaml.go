// Package yaml reads the part of YAML 1.2 that configuration files are written
// in: one document of block and flow collections with scalars of the core schema,
// plain, quoted or in blocks, with anchors and aliases of values. JSON is a part of
// that. What it does not know (tags, keys that are not scalars, scalars over several
// lines other than in blocks, several documents) is an error that names the line.
package yaml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of what Parse takes.
const (
	MaxBytes = 1 << 20
	maxDepth = 50
	maxNodes = 100_000 // counting what aliases stand for
)

// Kind is the kind of a node.
type Kind int

// Kinds of nodes.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Map
	List
)

// Node is a value. Its text is that of a scalar. A node that has aliases is found in
// several places.
type Node struct {
	Kind    Kind
	Line    int
	Text    string
	Entries []Entry // of a Map, in the order of the text, keys occur once
	Items   []*Node // of a List
}

// Entry is a key of a Map with its value.
type Entry struct {
	Key   string
	Line  int
	Value *Node
}

// Error says what is wrong, and in which line.
type Error struct {
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Parse reads a document. Every scalar that is no key passes through expand
// before its kind is determined; what expand returns is not parsed any more.
func Parse(data []byte, expand func(string) (string, error)) (*Node, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("more than %d bytes", MaxBytes)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(string(data), "\uFEFF"), "\n")
	p := &parser{lines: strings.Split(text, "\n"), expand: expand}
	for i, line := range p.lines {
		line = strings.TrimSuffix(line, "\r")
		if !printable(line) {
			return nil, &Error{i + 1, "holds characters that are no text"}
		}
		p.lines[i] = line
	}
	if err := p.header(); err != nil {
		return nil, err
	}
	node, err := p.block(0)
	if err != nil {
		return nil, err
	}
	if _, _, more, err := p.peek(); err != nil {
		return nil, err
	} else if more {
		return nil, p.errorf("does not belong to what is before it")
	}
	return node, nil
}

func printable(line string) bool {
	if !utf8.ValidString(line) {
		return false
	}
	for i := range len(line) {
		if c := line[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// resolve returns the kind of a plain scalar (YAML 1.2.2, section 10.3.2).
func resolve(text string) Kind {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	case ".nan", ".NaN", ".NAN":
		return Float
	}
	if _, err := parseInt(text); err == nil {
		return Int
	}
	if _, ok := parseFloat(text); ok {
		return Float
	}
	return String
}

// parseInt reads decimal, 0o and 0x numbers that fit 64 bits.
func parseInt(text string) (int64, error) {
	switch {
	case strings.HasPrefix(text, "0o"):
		n, err := strconv.ParseUint(text[2:], 8, 63)
		return int64(n), err
	case strings.HasPrefix(text, "0x"):
		n, err := strconv.ParseUint(text[2:], 16, 63)
		return int64(n), err
	default:
		return strconv.ParseInt(text, 10, 64)
	}
}

func parseFloat(text string) (float64, bool) {
	switch strings.TrimLeft(text, "+-") {
	case ".inf", ".Inf", ".INF":
		text = strings.Replace(text, ".", "", 1)
	default:
		if strings.Trim(text, "+-.eE0123456789") != "" {
			return 0, false // strconv knows more forms
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// Integer returns the value of an Int.
func (n *Node) Integer() (int64, bool) {
	if n.Kind != Int {
		return 0, false
	}
	v, err := parseInt(n.Text)
	return v, err == nil
}

// Number returns the value of an Int or Float.
func (n *Node) Number() (float64, bool) {
	if v, ok := n.Integer(); ok {
		return float64(v), true
	}
	if n.Kind != Float {
		return 0, false
	}
	if strings.EqualFold(n.Text, ".nan") {
		return math.NaN(), true
	}
	return parseFloat(n.Text)
}

// Scalar reports whether the node is neither a Map nor a List.
func (n *Node) Scalar() bool { return n.Kind < Map }
