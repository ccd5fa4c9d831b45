package yaml

import "strings"

// flow reads collections in brackets, which may go over several lines.
type flow struct {
	*parser
	offset int // in the parser's current line
}

// next goes to the next character that is neither space nor comment and returns it.
func (f *flow) next() (byte, error) {
	begin := f.at
	for f.at < len(f.lines) {
		line := f.lines[f.at]
		for ; f.offset < len(line); f.offset++ {
			if c := line[f.offset]; isComment(line, f.offset) {
				break
			} else if c != ' ' && c != '\t' {
				return c, nil
			}
		}
		f.at++
		f.offset = 0
	}
	f.at = begin
	return 0, f.errorf("begins a bracket that is not closed")
}

// value reads a value. Its first character is the current one.
func (f *flow) value() (*Node, error) {
	a, err := f.anchor(f.lines[f.at][f.offset:])
	if err != nil {
		return nil, err
	}
	f.offset += a.length
	if a.alias != nil {
		return a.alias, nil
	}
	if a.name != "" {
		if _, err := f.next(); err != nil {
			return nil, err
		}
	}
	node, err := f.valueItself()
	if err == nil {
		f.define(a, node)
	}
	return node, err
}

// valueItself is value without an anchor.
func (f *flow) valueItself() (*Node, error) {
	line := f.lines[f.at]
	switch line[f.offset] {
	case '[', '{':
		if err := f.deeper(); err != nil {
			return nil, err
		}
		defer func() { f.depth-- }()
		if line[f.offset] == '[' {
			return f.list()
		}
		return f.mapping()
	case '"', '\'':
		text, end, err := f.quoted(line, f.offset)
		if err != nil {
			return nil, err
		}
		f.offset = end
		return f.text(text)
	default:
		text, err := f.word()
		if err != nil {
			return nil, err
		}
		return f.plain(text)
	}
}

// word reads a text without quotes.
func (f *flow) word() (string, error) {
	line := f.lines[f.at]
	begin := f.offset
	for ; f.offset < len(line); f.offset++ {
		c := line[f.offset]
		if isComment(line, f.offset) || strings.IndexByte(",]}", c) >= 0 ||
			c == ':' && (isColon(line, f.offset) || strings.IndexByte(",[]{}", line[f.offset+1]) >= 0) {
			break
		}
		if c == '[' || c == '{' {
			return "", f.errorf("has a text with a bracket in a collection in brackets, which needs quotes")
		}
	}
	text := strings.TrimRight(line[begin:f.offset], " \t")
	if text == "" {
		return "", f.errorf("has no value where one belongs")
	}
	return text, nil
}

func (f *flow) list() (*Node, error) {
	list := &Node{Kind: List, Line: f.at + 1}
	f.offset++
	for {
		c, err := f.next()
		if err != nil {
			return nil, err
		}
		if c == ']' {
			f.offset++
			return list, nil
		}
		item, err := f.value()
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, item)
		if err := f.separator(']'); err != nil {
			return nil, err
		}
	}
}

func (f *flow) mapping() (*Node, error) {
	m := &Node{Kind: Map, Line: f.at + 1}
	seen := make(map[string]bool)
	f.offset++
	for {
		c, err := f.next()
		if err != nil {
			return nil, err
		}
		if c == '}' {
			f.offset++
			return m, nil
		}
		entry := Entry{Line: f.at + 1}
		if entry.Key, err = f.key(c); err != nil {
			return nil, err
		}
		if seen[entry.Key] {
			return nil, f.errorf("has the key %q a second time", entry.Key)
		}
		seen[entry.Key] = true
		if c, err = f.next(); err != nil {
			return nil, err
		}
		if c == ',' || c == '}' {
			entry.Value = &Node{Line: f.at + 1}
		} else if entry.Value, err = f.value(); err != nil {
			return nil, err
		}
		m.Entries = append(m.Entries, entry)
		if err := f.separator('}'); err != nil {
			return nil, err
		}
	}
}

// key reads a key, which begins with c, and its colon.
func (f *flow) key(c byte) (key string, err error) {
	if c == '"' || c == '\'' {
		key, f.offset, err = f.quoted(f.lines[f.at], f.offset)
	} else if key, err = f.word(); err == nil {
		err = f.plainStart(key)
	}
	if err != nil {
		return "", err
	}
	if c, err = f.next(); err == nil && c != ':' {
		err = f.errorf("has the key %q without a colon", key)
	}
	f.offset++
	return key, err
}

// separator goes past a comma, or to the bracket that closes.
func (f *flow) separator(closing byte) error {
	c, err := f.next()
	switch {
	case err != nil:
		return err
	case c == ',':
		f.offset++
	case c != closing:
		return f.errorf("has %q where a comma or %q belongs", string(c), string(closing))
	}
	return nil
}
