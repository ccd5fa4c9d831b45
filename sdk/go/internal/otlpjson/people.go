package otlpjson

import (
	"iter"

	"go.weft.dev/sdk/internal/wire"
)

// Lines yields one JSON object for each item of a request (a span, a log record, a
// metric), for people: names for numbers, times that can be read, attributes as an
// object, and the scope's and service's names beside. It may change. A line is valid
// until the next.
func Lines(request []byte, m Message) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		w := writer{people: true}
		var line []byte
		items := messages[messages[messages[m][0].message][1].message][1].message
		for group := range values(request, 1) {
			service := service(group)
			for scoped := range values(group, 2) {
				name := first(first(scoped, 1), 1)
				for item := range values(scoped, 2) {
					line = append(line[:0], '{')
					line = w.fields(line, item, items)
					if len(line) > 1 {
						line = append(line, ',')
					}
					line = append(line, `"scope":`...)
					line = appendString(line, name)
					line = append(line, `,"service":`...)
					line = w.plain(line, service)
					if !yield(append(line, '}')) {
						return
					}
				}
			}
		}
	}
}

// AppendValue appends an AnyValue as the JSON value that it stands for.
func AppendValue(dst, value []byte) []byte {
	w := writer{people: true}
	return w.plain(dst, value)
}

// values yields what is in the fields of that number that are messages or text.
func values(encoded []byte, number int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for d, rest, ok := wire.Next(encoded); ok; d, rest, ok = wire.Next(rest) {
			if d.Number == number && d.Type == wire.Bytes && !yield(d.Data) {
				return
			}
		}
	}
}

func first(encoded []byte, number int) []byte {
	for v := range values(encoded, number) {
		return v
	}
	return nil
}

// service returns the AnyValue of service.name, which is a resource attribute.
func service(group []byte) []byte {
	for attribute := range values(first(group, 1), 1) {
		if string(first(attribute, 1)) == "service.name" {
			return first(attribute, 2)
		}
	}
	return nil
}

// object appends a list of KeyValue as an object.
func (w *writer) object(dst, encoded []byte, f *field) []byte {
	dst = append(dst, '{')
	begin := len(dst)
	for attribute := range values(encoded, f.number) {
		if len(dst) > begin {
			dst = append(dst, ',')
		}
		dst = appendString(dst, first(attribute, 1))
		dst = append(dst, ':')
		dst = w.plain(dst, first(attribute, 2))
	}
	return append(dst, '}')
}

// plain appends an AnyValue as the JSON value that it stands for.
func (w *writer) plain(dst, encoded []byte) []byte {
	if w.depth >= deepest {
		return append(dst, "null"...)
	}
	w.depth++
	defer func() { w.depth-- }()
	var x index
	x.read(encoded)
	for i := range messages[anyValue] {
		f := &messages[anyValue][i]
		if !x.has(f) {
			continue
		}
		v := x[f.number]
		switch f.message {
		case arrayValue:
			return w.list(dst, v.Data, &messages[arrayValue][0])
		case keyValueList:
			return w.object(dst, v.Data, &messages[keyValueList][0])
		default:
			return w.value(dst, f, v, &x)
		}
	}
	return append(dst, "null"...)
}
