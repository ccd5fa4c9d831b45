package metric

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/wire"
)

// testRegistry returns a registry with these readers.
func testRegistry(f filter, readers ...export.MetricReader) *registry {
	r := new(registry)
	p := newProvider(readers, f)
	p.shards = 4
	r.configure.Do(func() { r.use(p) })
	return r
}

// cumulative is a reader as the specification has it by default.
var cumulative = export.MetricReader{}

// got is a Metric message.
type got struct {
	name, description, unit string
	kind                    string
	temporality             uint64
	monotonic               bool
	points                  map[string]point // by attributes
}

type point struct {
	start, time        uint64
	number             any // int64 or float64
	count              uint64
	sum, low, high     float64
	buckets            []uint64
	bounds             []float64
	scale              int
	zeros              uint64
	positive, negative map[int]uint64
	exemplars          []got1
}

// got1 is an Exemplar.
type got1 struct {
	value       any
	time        uint64
	trace, span string
}

func fields(message []byte) func(yield func(wire.Field) bool) {
	return func(yield func(wire.Field) bool) {
		for f, rest, ok := wire.Next(message); ok; f, rest, ok = wire.Next(rest) {
			if !yield(f) {
				return
			}
		}
	}
}

// collectAll collects for a reader and, if so, says that all was delivered.
func collectAll(t *testing.T, r *registry, reader int, deliver bool) map[string]got {
	t.Helper()
	all := map[string]got{}
	for _, m := range r.collect(reader) {
		f, rest, ok := wire.Next(m.Bytes)
		if !ok || len(rest) > 0 || f.Number != 2 {
			t.Fatalf("not one field: %x", m.Bytes)
		}
		g := decodeMetric(f.Data)
		if len(g.points) != m.Points {
			t.Errorf("%s: %d points, %d announced", g.name, len(g.points), m.Points)
		}
		if _, twice := all[g.name]; twice {
			g.name += "'"
		}
		all[g.name] = g
		if deliver && m.Delivered != nil {
			m.Delivered()
		}
	}
	return all
}

func decodeMetric(message []byte) got {
	g := got{points: map[string]point{}}
	for f := range fields(message) {
		switch f.Number {
		case 1:
			g.name = string(f.Data)
		case 2:
			g.description = string(f.Data)
		case 3:
			g.unit = string(f.Data)
		default:
			g.kind = map[int]string{5: "gauge", 7: "sum", 9: "histogram", 10: "exponential"}[f.Number]
			for f := range fields(f.Data) {
				switch f.Number {
				case 1:
					attributes, p := decodePoint(g.kind, f.Data)
					g.points[attributes] = p
				case 2:
					g.temporality = f.Value
				case 3:
					g.monotonic = f.Value != 0
				}
			}
		}
	}
	return g
}

func decodePoint(kind string, message []byte) (string, point) {
	p := point{}
	var attributes []string
	number := map[string]int{"gauge": 7, "sum": 7, "histogram": 9, "exponential": 1}[kind]
	for f := range fields(message) {
		switch {
		case f.Number == number:
			attributes = append(attributes, decodeKeyValue(f.Data))
		case f.Number == 2:
			p.start = f.Value
		case f.Number == 3:
			p.time = f.Value
		case kind == "gauge" || kind == "sum":
			switch f.Number {
			case 4:
				p.number = math.Float64frombits(f.Value)
			case 6:
				p.number = int64(f.Value)
			case 5:
				p.exemplars = append(p.exemplars, decodeExemplar(f.Data))
			}
		default:
			p.decodeHistogram(kind, f)
		}
	}
	return strings.Join(attributes, " "), p
}

func (p *point) decodeHistogram(kind string, f wire.Field) {
	exponential := kind == "exponential"
	switch {
	case f.Number == 4:
		p.count = f.Value
	case f.Number == 5:
		p.sum = math.Float64frombits(f.Value)
	case f.Number == 6 && exponential:
		p.scale = int(int32(uint32(f.Value)>>1) ^ -int32(f.Value&1))
	case f.Number == 6:
		for b := f.Data; len(b) > 0; b = b[8:] {
			p.buckets = append(p.buckets, binary.LittleEndian.Uint64(b))
		}
	case f.Number == 7 && exponential:
		p.zeros = f.Value
	case f.Number == 7:
		for b := f.Data; len(b) > 0; b = b[8:] {
			p.bounds = append(p.bounds, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
	case f.Number == 8 && exponential:
		p.positive = decodeBuckets(f.Data)
	case f.Number == 9 && exponential:
		p.negative = decodeBuckets(f.Data)
	case f.Number == 8 || f.Number == 11 && exponential:
		p.exemplars = append(p.exemplars, decodeExemplar(f.Data))
	case f.Number == 11 || f.Number == 12 && exponential:
		p.low = math.Float64frombits(f.Value)
	case f.Number == 12 || f.Number == 13:
		p.high = math.Float64frombits(f.Value)
	}
}

func decodeBuckets(message []byte) map[int]uint64 {
	offset, counts := 0, map[int]uint64{}
	for f := range fields(message) {
		if f.Number == 1 {
			offset = int(int32(uint32(f.Value)>>1) ^ -int32(f.Value&1))
			continue
		}
		for b, n := f.Data, offset; len(b) > 0; n++ {
			v, width := binary.Uvarint(b)
			if v > 0 {
				counts[n] = v
			}
			b = b[width:]
		}
	}
	return counts
}

func decodeExemplar(message []byte) got1 {
	e := got1{}
	for f := range fields(message) {
		switch f.Number {
		case 2:
			e.time = f.Value
		case 3:
			e.value = math.Float64frombits(f.Value)
		case 4:
			e.span = fmt.Sprintf("%x", f.Data)
		case 5:
			e.trace = fmt.Sprintf("%x", f.Data)
		case 6:
			e.value = int64(f.Value)
		}
	}
	return e
}

func decodeKeyValue(message []byte) string {
	key, value := "", any(nil)
	for f := range fields(message) {
		if f.Number == 1 {
			key = string(f.Data)
			continue
		}
		for f := range fields(f.Data) {
			switch f.Number {
			case 1:
				value = string(f.Data)
			case 2:
				value = f.Value != 0
			case 3:
				value = int64(f.Value)
			}
		}
	}
	return fmt.Sprintf("%s=%v", key, value)
}
