package config

import (
	"fmt"
	"strings"

	"go.weft.dev/sdk/internal/yaml"
)

// resource reads the resource. Detectors are off unless they are named.
func (r *reader) resource(o object) {
	p := o.child("resource")
	p.copy("attributes_list", "OTEL_RESOURCE_ATTRIBUTES")
	for i, item := range p.list("attributes") {
		r.attribute(item, fmt.Sprintf("%s[%d]", p.below("attributes"), i))
	}
	p.unsupported("schema_url")
	d := p.child("detection/development")
	filter := d.child("attributes")
	r.patterns(filter, "included", DetectionIncluded)
	r.patterns(filter, "excluded", DetectionExcluded)
	filter.done()
	var names []string
	for i, item := range d.list("detectors") {
		if name, _ := r.single(item, fmt.Sprintf("%s[%d]", d.below("detectors"), i)); name != "" {
			names = append(names, name)
		}
	}
	d.done()
	p.done()
	if len(names) == 0 {
		names = []string{"none"}
	}
	r.set("OTEL_GO_RESOURCE_DETECTORS", strings.Join(names, ","), d.line)
}

func (r *reader) patterns(o object, key, name string) {
	if patterns := o.texts(key); patterns != nil {
		r.set(name, strings.Join(patterns, ","), o.line)
	}
}

// attribute reads an attribute with its type.
func (r *reader) attribute(n *yaml.Node, path string) {
	o := r.object(n, path)
	name, _ := o.text("name")
	kind, _ := o.text("type")
	value := o.get("value")
	o.done()
	if name == "" || value == nil {
		r.fail(n.Line, path, "must have a name and a value")
		return
	}
	if value.Kind == yaml.Null {
		return
	}
	v, ok := typed(value, kind)
	if !ok {
		r.fail(value.Line, o.below("value"), "does not fit the type %q", kind)
		return
	}
	r.settings.Attributes = append(r.settings.Attributes, Attribute{name, v})
}

// typed returns a node as a value of one of the types that the schema has for
// attributes.
func typed(n *yaml.Node, kind string) (any, bool) {
	switch kind {
	case "", "string":
		return asString(n)
	case "bool":
		return asBool(n)
	case "int":
		return n.Integer()
	case "double":
		return n.Number()
	case "string_array":
		return asSlice(n, asString)
	case "bool_array":
		return asSlice(n, asBool)
	case "int_array":
		return asSlice(n, (*yaml.Node).Integer)
	case "double_array":
		return asSlice(n, (*yaml.Node).Number)
	default:
		return nil, false
	}
}

func asString(n *yaml.Node) (string, bool) { return n.Text, n.Scalar() }

func asBool(n *yaml.Node) (bool, bool) {
	return strings.EqualFold(n.Text, "true"), n.Kind == yaml.Bool
}

func asSlice[T any](n *yaml.Node, as func(*yaml.Node) (T, bool)) ([]T, bool) {
	if n.Kind != yaml.List || len(n.Items) == 0 {
		return nil, false
	}
	var slice []T
	for _, item := range n.Items {
		v, ok := as(item)
		if !ok {
			return nil, false
		}
		slice = append(slice, v)
	}
	return slice, true
}
