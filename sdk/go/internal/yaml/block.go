package yaml

import (
	"fmt"
	"strings"
)

// parser reads lines from top to bottom.
type parser struct {
	lines  []string
	at     int // index of the current line
	depth  int
	nodes  int // values so far
	expand func(string) (string, error)

	anchors map[string]anchored
}

func (p *parser) errorf(format string, args ...any) error {
	return &Error{min(p.at, len(p.lines)-1) + 1, fmt.Sprintf(format, args...)}
}

// header skips what may stand before the document.
func (p *parser) header() error {
	for ; p.at < len(p.lines); p.at++ {
		line := strings.TrimRight(p.lines[p.at], " \t")
		switch {
		case isBlank(line):
		case strings.HasPrefix(line, "%YAML 1."):
		case strings.HasPrefix(line, "%"):
			return p.errorf("this directive is not supported")
		case line == "---", strings.HasPrefix(line, "--- #"):
			p.at++
			return nil
		default:
			return nil
		}
	}
	return nil
}

// isBlank reports whether a line has no content.
func isBlank(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return line == "" || line[0] == '#'
}

// peek goes to the next line with content, and returns its indentation and text.
// more is false at the end of the document.
func (p *parser) peek() (indent int, text string, more bool, err error) {
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		if isBlank(line) {
			continue
		}
		text = strings.TrimLeft(line, " ")
		indent = len(line) - len(text)
		text = strings.TrimRight(text, " \t")
		switch {
		case text[0] == '\t':
			return 0, "", false, p.errorf("is indented with a tab")
		case indent == 0 && (text == "---" || strings.HasPrefix(text, "--- ")):
			return 0, "", false, p.errorf("begins a second document")
		case indent == 0 && text == "...":
			for p.at++; p.at < len(p.lines); p.at++ {
				if !isBlank(p.lines[p.at]) {
					return 0, "", false, p.errorf("is behind the end of the document")
				}
			}
			return 0, "", false, nil
		}
		return indent, text, true, nil
	}
	return 0, "", false, nil
}

// deeper counts a level of nesting.
func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return p.errorf("is nested more than %d deep", maxDepth)
	}
	return nil
}

// block reads the node whose lines are indented by least or more; it is Null when
// there is none.
func (p *parser) block(least int) (*Node, error) {
	indent, text, more, err := p.peek()
	if err != nil || !more || indent < least {
		return &Node{Line: p.at + 1}, err
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if isItem(text) {
		return p.list(indent)
	}
	switch _, _, found, err := p.splitKey(text); {
	case err != nil:
		return nil, err
	case found:
		return p.mapping(indent)
	default:
		return p.inline(indent)
	}
}

// isItem reports whether a line's text begins an item of a list.
func isItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

// list reads the items that begin at an indentation.
func (p *parser) list(indent int) (*Node, error) {
	list := &Node{Kind: List, Line: p.at + 1}
	for {
		found, text, more, err := p.peek()
		switch {
		case err != nil:
			return nil, err
		case !more || found < indent || found == indent && !isItem(text):
			return list, nil
		case found > indent:
			return nil, p.errorf("is indented more than the items before it")
		}
		rest := strings.TrimLeft(text[1:], " ")
		a, err := p.anchorOfItem(rest)
		if err != nil {
			return nil, err
		}
		rest = rest[a.length:]
		var item *Node
		switch {
		case a.alias != nil:
			item, err = a.alias, p.nothingBehind(rest)
		case isBlank(rest):
			p.at++
			item, err = p.block(indent + 1)
		case rest[0] == '|' || rest[0] == '>':
			item, err = p.scalarBlock(indent, rest)
		default:
			// What follows the dash is a block that begins in the middle of the line.
			p.lines[p.at] = strings.Repeat(" ", indent+len(text)-len(rest)) + rest
			item, err = p.block(indent + 1)
		}
		if err != nil {
			return nil, err
		}
		p.define(a, item)
		list.Items = append(list.Items, item)
	}
}

// mapping reads the keys at an indentation.
func (p *parser) mapping(indent int) (*Node, error) {
	m := &Node{Kind: Map, Line: p.at + 1}
	seen := make(map[string]bool)
	for {
		found, text, more, err := p.peek()
		switch {
		case err != nil:
			return nil, err
		case !more || found < indent:
			return m, nil
		case found > indent:
			return nil, p.errorf("is indented more than the keys before it; a text of several lines begins with | or >")
		case isItem(text):
			return nil, p.errorf("is an item of a list among keys")
		}
		key, start, ok, err := p.splitKey(text)
		if err == nil && !ok {
			err = p.errorf("is not of the form key: value")
		}
		if err == nil && seen[key] {
			err = p.errorf("has the key %q a second time", key)
		}
		if err != nil {
			return nil, err
		}
		seen[key] = true
		entry := Entry{Key: key, Line: p.at + 1}
		if entry.Value, err = p.value(indent, text, start); err != nil {
			return nil, err
		}
		m.Entries = append(m.Entries, entry)
	}
}

// value reads what follows a key at an indentation: text[start:], or what stands
// below it.
func (p *parser) value(indent int, text string, start int) (*Node, error) {
	a, err := p.anchor(text[start:])
	if err != nil {
		return nil, err
	}
	if a.alias != nil {
		return a.alias, p.nothingBehind(text[start+a.length:])
	}
	node, err := p.valueItself(indent, text, start+a.length)
	if err == nil {
		p.define(a, node)
	}
	return node, err
}

// valueItself is value without an anchor.
func (p *parser) valueItself(indent int, text string, start int) (*Node, error) {
	rest := text[start:]
	switch {
	case isBlank(rest):
		line := p.at + 1
		p.at++
		below, text, more, err := p.peek()
		switch {
		case err != nil:
			return nil, err
		case more && below > indent:
			return p.block(indent + 1)
		case more && below == indent && isItem(text):
			if err := p.deeper(); err != nil {
				return nil, err
			}
			defer func() { p.depth-- }()
			return p.list(indent)
		default:
			return &Node{Line: line}, nil
		}
	case rest[0] == '|' || rest[0] == '>':
		return p.scalarBlock(indent, rest)
	default:
		return p.inline(indent + start)
	}
}

// splitKey finds the key that a line's text begins with, and where its value
// starts.
func (p *parser) splitKey(text string) (key string, start int, found bool, err error) {
	end := 0
	switch text[0] {
	case '"', '\'':
		if key, end, err = p.quoted(text, 0); err != nil {
			return "", 0, false, err
		}
		end += len(text[end:]) - len(strings.TrimLeft(text[end:], " \t"))
		found = end < len(text) && isColon(text, end)
	case '[', '{':
		return "", 0, false, nil
	default:
		for end = 0; end < len(text); end++ {
			if isComment(text, end) {
				break
			}
			if isColon(text, end) {
				found = true
				break
			}
		}
		if key = strings.TrimRight(text[:end], " \t"); found {
			err = p.plainStart(text)
		}
	}
	if !found || err != nil {
		return "", 0, false, err
	}
	end++
	rest := strings.TrimLeft(text[end:], " \t")
	return key, len(text) - len(rest), true, nil
}

// isColon reports whether text[i] is a colon that ends a key.
func isColon(text string, i int) bool {
	return text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t')
}

// isComment reports whether text[i] begins a comment.
func isComment(text string, i int) bool {
	return text[i] == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t')
}
