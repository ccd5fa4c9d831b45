package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.weft.dev/sdk/internal/yaml"
)

// object is a map of the file, of which the keys that were asked for are known.
type object struct {
	*reader
	path    string
	line    int
	entries []yaml.Entry
	known   map[string]bool
}

// object returns n as a map. A missing or null one is empty.
func (r *reader) object(n *yaml.Node, path string) object {
	o := object{reader: r, path: path, known: make(map[string]bool)}
	switch {
	case n == nil:
	case n.Kind == yaml.Map:
		o.line, o.entries = n.Line, n.Entries
	case n.Kind == yaml.Null:
		o.line = n.Line
	case path == "":
		r.fail(n.Line, "the file", "must be a map")
	default:
		r.fail(n.Line, path, "must be a map")
	}
	return o
}

// below returns the path of a key.
func (o object) below(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "." + key
}

// get returns the value of a key, nil where it is missing.
func (o object) get(key string) *yaml.Node {
	o.known[key] = true
	for i := range o.entries {
		if o.entries[i].Key == key {
			return o.entries[i].Value
		}
	}
	return nil
}

// child returns the map of a key.
func (o object) child(key string) object { return o.object(o.get(key), o.below(key)) }

// has reports whether the key is there, and not null.
func (o object) has(key string) bool {
	n := o.get(key)
	return n != nil && n.Kind != yaml.Null
}

// unsupported warns of keys that the schema has and the runtime does not.
func (o object) unsupported(keys ...string) {
	for _, key := range keys {
		if o.has(key) {
			o.warn(o.get(key).Line, o.below(key), "is not supported, ignoring it")
		}
	}
}

// ignore takes keys for known.
func (o object) ignore(keys ...string) {
	for _, key := range keys {
		o.known[key] = true
	}
}

// done warns of keys that nobody asked for.
func (o object) done() {
	for _, entry := range o.entries {
		if !o.known[entry.Key] {
			o.warn(entry.Line, o.below(entry.Key), "is not known, ignoring it")
		}
	}
}

// text returns a scalar, "" where it is missing or null.
func (o object) text(key string) (text string, line int) {
	n := o.get(key)
	if n == nil || n.Kind == yaml.Null {
		return "", 0
	}
	if !n.Scalar() {
		o.fail(n.Line, o.below(key), "must be a text")
	}
	return n.Text, n.Line
}

// copy sets a variable to the text of a key.
func (o object) copy(key, variable string) {
	if text, line := o.text(key); text != "" {
		o.set(variable, text, line)
	}
}

// integer sets a variable to a number of at least least.
func (o object) integer(key, variable string, least int64) {
	if !o.has(key) {
		return
	}
	n := o.get(key)
	v, ok := n.Integer()
	if !ok || v < least {
		o.fail(n.Line, o.below(key), "must be a whole number of at least %d", least)
		return
	}
	o.set(variable, strconv.FormatInt(v, 10), n.Line)
}

// isFalse reports whether a truth value is there, and false.
func (o object) isFalse(key string) bool {
	if !o.has(key) {
		return false
	}
	n := o.get(key)
	if n.Kind != yaml.Bool {
		o.fail(n.Line, o.below(key), "must be true or false")
	}
	return strings.EqualFold(n.Text, "false")
}

// boolean sets a variable to true or false.
func (o object) boolean(key, variable string) {
	if !o.has(key) {
		return
	}
	n := o.get(key)
	if n.Kind != yaml.Bool {
		o.fail(n.Line, o.below(key), "must be true or false")
		return
	}
	o.set(variable, n.Text, n.Line)
}

// enum sets a variable to one of some values.
func (o object) enum(key, variable string, values ...string) {
	text, line := o.text(key)
	if o.check(key, text, values); text != "" {
		o.set(variable, text, line)
	}
}

// check fails for the text of a key that is there, and is not one of some values.
func (o object) check(key, text string, values []string) {
	if text != "" && !slices.Contains(values, text) {
		o.fail(o.get(key).Line, o.below(key), "is %q, and must be one of %q", text, values)
	}
}

// list returns the items of a list, which must not be empty.
func (o object) list(key string) []*yaml.Node {
	n := o.get(key)
	if n == nil || n.Kind == yaml.Null {
		return nil
	}
	if n.Kind != yaml.List || len(n.Items) == 0 {
		o.fail(n.Line, o.below(key), "must be a list of at least one item")
		return nil
	}
	return n.Items
}

// texts returns the items of a list of texts.
func (o object) texts(key string) []string {
	var texts []string
	for _, item := range o.list(key) {
		if !item.Scalar() {
			o.fail(item.Line, o.below(key), "must be a list of texts")
			return nil
		}
		texts = append(texts, item.Text)
	}
	return texts
}

// single returns the one key of a map that names what is to be used, as the
// exporter of a processor. Its value may be null.
func (r *reader) single(n *yaml.Node, path string) (key string, value *yaml.Node) {
	if n == nil {
		return "", nil
	}
	if n.Kind != yaml.Map || len(n.Entries) != 1 {
		r.fail(n.Line, path, "must be a map with one key")
		return "", nil
	}
	return n.Entries[0].Key, n.Entries[0].Value
}

// required is single for the map of a key that must not be missing.
func (o object) required(key string) (name string, value *yaml.Node, path string) {
	n := o.get(key)
	if n == nil {
		o.fail(o.line, o.below(key), "is missing")
		return "", nil, ""
	}
	name, value = o.single(n, o.below(key))
	return name, value, fmt.Sprintf("%s.%s", o.below(key), name)
}
