package yaml

import "strings"

// anchored is a node that aliases stand for.
type anchored struct {
	node *Node
	size int // nodes in it
}

// anchor is what may come before a value, or stand for one.
type anchor struct {
	length int    // of its text, with the space behind it
	name   string // "" where there is none
	alias  *Node  // that stands for the value, nil for an anchor
	before int    // nodes before the value
}

// anchor reads the anchor or alias that text begins with, if any
// (YAML 1.2.2, section 6.9.2).
func (p *parser) anchor(text string) (a anchor, err error) {
	if p.nodes++; p.nodes > maxNodes {
		return a, p.errorf("makes more than %d values", maxNodes)
	}
	a.before = p.nodes - 1
	if text == "" || text[0] != '&' && text[0] != '*' {
		return a, nil
	}
	end := strings.IndexAny(text, " \t,[]{}")
	if end < 0 {
		end = len(text)
	}
	name := text[1:end]
	if name == "" {
		return a, p.errorf("has an anchor or alias without a name")
	}
	rest := strings.TrimLeft(text[end:], " \t")
	a.length = len(text) - len(rest)
	if text[0] == '*' {
		known, ok := p.anchors[name]
		if !ok {
			return a, p.errorf("uses the alias *%s, of which there is no anchor before", name)
		}
		if p.nodes += known.size; p.nodes > maxNodes {
			return a, p.errorf("makes more than %d values", maxNodes)
		}
		a.alias = known.node
		return a, nil
	}
	a.name = name
	return a, nil
}

// anchorOfItem is anchor for an item of a list that is a block. The anchor of an item that
// begins with a key would be that of the key alone.
func (p *parser) anchorOfItem(text string) (anchor, error) {
	a, err := p.anchor(text)
	if err != nil || a.name == "" || isBlank(text[a.length:]) {
		return a, err
	}
	rest := text[a.length:]
	if _, _, key, err := p.splitKey(rest); err == nil && key || isItem(rest) {
		return a, p.errorf("has an anchor and the begin of its value in one line; the value goes into the next")
	}
	return a, nil
}

// define notes that an anchor, if there is one, is that of a node. A later one of the
// same name counts from there on.
func (p *parser) define(a anchor, node *Node) {
	if a.name == "" {
		return
	}
	if p.anchors == nil {
		p.anchors = make(map[string]anchored)
	}
	p.anchors[a.name] = anchored{node, p.nodes - a.before}
}

// nothingBehind goes to the next line, if nothing but a comment is behind a value.
func (p *parser) nothingBehind(rest string) error {
	if !isBlank(rest) {
		return p.errorf("has something behind its alias")
	}
	p.at++
	return nil
}
