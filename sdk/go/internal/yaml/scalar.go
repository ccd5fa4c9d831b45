package yaml

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// inline reads the value that begins in the current line at an offset, and goes
// to the line after it.
func (p *parser) inline(start int) (*Node, error) {
	line := p.lines[p.at]
	var node *Node
	end := start
	switch line[start] {
	case '[', '{':
		f := &flow{p, start}
		var err error
		if node, err = f.value(); err != nil {
			return nil, err
		}
		line, end = p.lines[p.at], f.offset
	case '"', '\'':
		text, next, err := p.quoted(line, start)
		if err != nil {
			return nil, err
		}
		if node, err = p.text(text); err != nil {
			return nil, err
		}
		end = next
	default:
		for end < len(line) && !isComment(line, end) {
			if isColon(line, end) {
				return nil, p.errorf("has a value with a colon in it, which needs quotes")
			}
			end++
		}
		var err error
		if node, err = p.plain(strings.TrimRight(line[start:end], " \t")); err != nil {
			return nil, err
		}
	}
	rest := strings.TrimLeft(line[end:], " \t")
	if rest != "" && !isComment(line, len(line)-len(rest)) {
		return nil, p.errorf("has something behind its value")
	}
	p.at++
	return node, nil
}

// plain returns the scalar that is written without quotes.
func (p *parser) plain(text string) (*Node, error) {
	if err := p.plainStart(text); err != nil {
		return nil, err
	}
	node, err := p.text(text)
	if err == nil {
		node.Kind = resolve(node.Text)
	}
	return node, err
}

// plainStart returns an error for a text that may not stand without quotes, by how
// it begins (YAML 1.2.2, section 7.3.3).
func (p *parser) plainStart(text string) error {
	switch c := text[0]; c {
	case '&', '*':
		return p.errorf("uses an anchor or alias where it is not supported: one follows the key or the dash of its value")
	case '!':
		return p.errorf("uses a tag, which is not supported")
	case ',', '[', ']', '{', '}', '#', '|', '>', '\'', '"', '%', '@', '`':
		return p.errorf("has a text that begins with %c and needs quotes", c)
	case '-', '?', ':':
		if len(text) == 1 || text[1] == ' ' || text[1] == '\t' {
			return p.errorf("has a %c where a value belongs", c)
		}
	}
	return nil
}

// text returns the String that a text expands to.
func (p *parser) text(text string) (*Node, error) {
	if p.expand != nil {
		var err error
		if text, err = p.expand(text); err != nil {
			return nil, p.errorf("%v", err)
		}
	}
	return &Node{Kind: String, Line: p.at + 1, Text: text}, nil
}

// quoted reads the quoted text that begins at line[start], and returns where it
// ends.
func (p *parser) quoted(line string, start int) (text string, end int, err error) {
	quote := line[start]
	var b strings.Builder
	for i := start + 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote && quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			b.WriteByte(quote)
			i++
		case c == quote:
			return b.String(), i + 1, nil
		case c == '\\' && quote == '"':
			r, length := escape(line[i+1:])
			if length == 0 {
				return "", 0, p.errorf("has an unknown escape in a text in quotes")
			}
			b.WriteRune(r)
			i += length
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, p.errorf("has a quote that is not closed in the line")
}

// escape reads what follows a backslash (YAML 1.2.2, section 5.7). The length is 0
// for what is no escape.
func escape(s string) (r rune, length int) {
	if s == "" {
		return 0, 0
	}
	switch s[0] {
	case 'x':
		return hexadecimal(s, 2)
	case 'u':
		r, length = hexadecimal(s, 4)
		// JSON writes characters beyond 16 bits as two escapes (RFC 8259, section 7).
		if utf16.IsSurrogate(r) {
			if !strings.HasPrefix(s[length:], `\u`) {
				return 0, 0
			}
			low, more := hexadecimal(s[length+1:], 4)
			if r = utf16.DecodeRune(r, low); more == 0 || r == utf8.RuneError {
				return 0, 0
			}
			length += 1 + more
		}
		return r, length
	case 'U':
		return hexadecimal(s, 8)
	}
	const (
		letters    = "0abt\tnvfre \"/\\N_LP"
		characters = "\x00\a\b\t\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029"
	)
	i := strings.IndexByte(letters, s[0])
	if i < 0 {
		return 0, 0
	}
	return []rune(characters)[i], 1
}

// hexadecimal reads digits after the first byte of s.
func hexadecimal(s string, digits int) (r rune, length int) {
	if len(s) <= digits {
		return 0, 0
	}
	n, err := strconv.ParseUint(s[1:1+digits], 16, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	return rune(n), 1 + digits
}

// scalarBlock reads the lines below a | or >, which are indented more than the
// line it stands in (YAML 1.2.2, section 8.1).
func (p *parser) scalarBlock(parent int, header string) (*Node, error) {
	folded := header[0] == '>'
	indent, chomp := 0, byte(0)
	for header = header[1:]; header != "" && header[0] != ' ' && header[0] != '\t'; header = header[1:] {
		switch c := header[0]; {
		case '1' <= c && c <= '9' && indent == 0:
			indent = parent + int(c-'0')
		case (c == '+' || c == '-') && chomp == 0:
			chomp = c
		default:
			return nil, p.errorf("has something behind its | or >")
		}
	}
	if !isBlank(header) {
		return nil, p.errorf("has something behind its | or >")
	}
	begin := p.at
	var lines []string
	for p.at++; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		text := strings.TrimLeft(line, " ")
		spaces := len(line) - len(text)
		if text != "" && indent == 0 && spaces > parent {
			indent = spaces
		}
		switch {
		case text == "" && (indent == 0 || spaces <= indent):
			lines = append(lines, "")
		case indent > 0 && spaces >= indent:
			lines = append(lines, line[indent:])
		default:
			return p.blockText(begin, lines, folded, chomp)
		}
	}
	return p.blockText(begin, lines, folded, chomp)
}

// blockText joins the lines of a block.
func (p *parser) blockText(begin int, lines []string, folded bool, chomp byte) (*Node, error) {
	content := len(lines)
	for content > 0 && lines[content-1] == "" {
		content--
	}
	text := strings.Join(lines[:content], "\n")
	if folded {
		text = fold(lines[:content])
	}
	switch {
	case chomp == '+':
		text += strings.Repeat("\n", len(lines)-content)
		if content > 0 {
			text += "\n"
		}
	case chomp == 0 && content > 0:
		text += "\n"
	}
	node, err := p.text(text)
	if err == nil {
		node.Line = begin + 1
	}
	return node, err
}

// fold joins lines with spaces, except at empty lines and around lines that are
// indented more.
func fold(lines []string) string {
	var b strings.Builder
	empty, indentedBefore := 0, false
	for i, line := range lines {
		if line == "" {
			empty++
			continue
		}
		indented := line[0] == ' ' || line[0] == '\t'
		breaks := empty
		switch {
		case i == empty: // the first line with content
		case indented || indentedBefore:
			breaks++
		case empty == 0:
			b.WriteByte(' ')
		}
		b.WriteString(strings.Repeat("\n", breaks))
		b.WriteString(line)
		empty, indentedBefore = 0, indented
	}
	return b.String()
}
