package export

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strconv"

	"go.weft.dev/sdk/internal/otlpjson"
	"go.weft.dev/sdk/internal/wire"
)

// family is what Prometheus calls metrics of one name.
type family struct {
	name, unit, help string
	kind             familyKind
	samples          []sample
}

type familyKind uint8

const (
	gaugeFamily familyKind = iota
	counterFamily
	histogramFamily
)

func (k familyKind) String() string { return [...]string{"gauge", "counter", "histogram"}[k] }

// sample is one data point.
type sample struct {
	labels    []label // sorted
	value     number
	count     uint64 // of a histogram
	sum       float64
	hasSum    bool
	buckets   []uint64
	bounds    []float64
	exemplars []promExemplar
}

// number is a value that is written as exactly as it was recorded.
type number struct {
	float   float64
	integer int64
	isInt   bool
}

func (n number) asFloat() float64 {
	if n.isInt {
		return float64(n.integer)
	}
	return n.float
}

type label struct{ name, value string }

type promExemplar struct {
	value       number
	nanoseconds uint64
	trace, span string
}

// each calls f with the fields of a message.
func each(message []byte, f func(wire.Field)) {
	for d, rest, ok := wire.Next(message); ok; d, rest, ok = wire.Next(rest) {
		f(d)
	}
}

// decodeFamily reads a Metric message. Kinds that have no form in text have no
// samples.
func decodeFamily(metric []byte, scope []label) family {
	var (
		f          family
		name, unit string
		data       wire.Field
	)
	each(metric, func(d wire.Field) {
		switch d.Number {
		case 1:
			name = string(d.Data)
		case 2:
			f.help = string(d.Data)
		case 3:
			unit = string(d.Data)
		case 5, 7, 9:
			data = d
		}
	})
	monotonic := false
	each(data.Data, func(d wire.Field) { monotonic = monotonic || d.Number == 3 && d.Value != 0 })
	switch {
	case data.Number == 9:
		f.kind = histogramFamily
	case data.Number == 7 && monotonic:
		f.kind = counterFamily
	}
	f.name, f.unit = familyName(name, unit, f.kind == counterFamily)
	each(data.Data, func(d wire.Field) {
		if d.Number == 1 {
			f.samples = append(f.samples, decodeSample(d.Data, f.kind, scope))
		}
	})
	return f
}

func decodeSample(point []byte, kind familyKind, scope []label) sample {
	var s sample
	attributesField, exemplarsField := 7, 5
	if kind == histogramFamily {
		attributesField, exemplarsField = 9, 8
	}
	s.labels = labelsOf(point, attributesField, scope, kind == histogramFamily)
	each(point, func(d wire.Field) {
		switch {
		case d.Number == exemplarsField:
			s.exemplars = append(s.exemplars, decodeExemplar(d.Data))
		case kind != histogramFamily:
			switch d.Number {
			case 4:
				s.value = number{float: math.Float64frombits(d.Value)}
			case 6:
				s.value = number{integer: int64(d.Value), isInt: true}
			}
		case d.Number == 4:
			s.count = d.Value
		case d.Number == 5:
			s.sum, s.hasSum = math.Float64frombits(d.Value), true
		case d.Number == 6:
			s.buckets = packed(d.Data)
		case d.Number == 7:
			for _, bits := range packed(d.Data) {
				s.bounds = append(s.bounds, math.Float64frombits(bits))
			}
		}
	})
	return s
}

// packed reads repeated fixed64 or double.
func packed(b []byte) []uint64 {
	values := make([]uint64, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		values = append(values, binary.LittleEndian.Uint64(b))
	}
	return values
}

func decodeExemplar(message []byte) promExemplar {
	var e promExemplar
	each(message, func(d wire.Field) {
		switch d.Number {
		case 2:
			e.nanoseconds = d.Value
		case 3:
			e.value = number{float: math.Float64frombits(d.Value)}
		case 4:
			e.span = hex.EncodeToString(d.Data)
		case 5:
			e.trace = hex.EncodeToString(d.Data)
		case 6:
			e.value = number{integer: int64(d.Value), isInt: true}
		}
	})
	return e
}

// labelsOf returns the attributes in fields of that number as labels, with those of
// the scope. Attributes whose names become one are joined
// (compatibility/prometheus_and_openmetrics.md#metric-attributes).
func labelsOf(message []byte, field int, scope []label, histogram bool) []label {
	var attributes []label
	each(message, func(d wire.Field) {
		if d.Number == field && d.Type == wire.Bytes {
			attributes = append(attributes, decodeLabel(d.Data))
		}
	})
	slices.SortFunc(attributes, compareLabels)
	labels := slices.Clone(scope)
	for _, a := range attributes {
		name := sanitize(a.name, false)
		if histogram && name == "le" { // is that of a bucket
			name = "exported_le"
		}
		if i := slices.IndexFunc(labels, func(l label) bool { return l.name == name }); i >= 0 {
			labels[i].value += ";" + a.value
		} else {
			labels = append(labels, label{name, a.value})
		}
	}
	slices.SortFunc(labels, compareLabels)
	return labels
}

func compareLabels(a, b label) int {
	switch {
	case a.name < b.name:
		return -1
	case a.name > b.name:
		return 1
	}
	return 0
}

// decodeLabel reads a KeyValue message. What is not a string is written as
// common/README.md#anyvalue-representation-for-non-otlp-protocols says.
func decodeLabel(message []byte) label {
	var l label
	each(message, func(d wire.Field) {
		switch d.Number {
		case 1:
			l.name = string(d.Data)
		case 2:
			l.value = valueText(d.Data)
		}
	})
	return l
}

// valueText returns an AnyValue as text.
func valueText(value []byte) string {
	text := ""
	each(value, func(d wire.Field) {
		switch d.Number {
		case 1:
			text = string(d.Data)
		case 2:
			text = strconv.FormatBool(d.Value != 0)
		case 3:
			text = strconv.FormatInt(int64(d.Value), 10)
		case 4:
			text = strconv.FormatFloat(math.Float64frombits(d.Value), 'g', -1, 64)
		case 7:
			text = base64.StdEncoding.EncodeToString(d.Data)
		default:
			text = string(otlpjson.AppendValue(nil, value))
		}
	})
	return text
}
