package metric

import (
	"math"

	"go.weft.dev/sdk/internal/wire"
)

// Fields of opentelemetry/proto/metrics/v1/metrics.proto.
const (
	tagMetric = 2<<3 | wire.Bytes // ScopeMetrics.metrics

	tagName        = 1<<3 | wire.Bytes
	tagDescription = 2<<3 | wire.Bytes
	tagUnit        = 3<<3 | wire.Bytes
	tagGauge       = 5<<3 | wire.Bytes
	tagSum         = 7<<3 | wire.Bytes
	tagHistogram   = 9<<3 | wire.Bytes
	tagExponential = 10<<3 | wire.Bytes

	// Of Gauge, Sum, Histogram and ExponentialHistogram.
	tagPoint       = 1<<3 | wire.Bytes
	tagTemporality = 2<<3 | wire.Varint
	tagMonotonic   = 3<<3 | wire.Varint

	// Of NumberDataPoint, HistogramDataPoint and ExponentialHistogramDataPoint.
	tagStart = 2<<3 | wire.Fixed64
	tagTime  = 3<<3 | wire.Fixed64

	tagNumberDouble     = 4<<3 | wire.Fixed64
	tagNumberExemplar   = 5<<3 | wire.Bytes
	tagNumberInt        = 6<<3 | wire.Fixed64
	tagNumberAttributes = 7<<3 | wire.Bytes

	tagCount = 4<<3 | wire.Fixed64
	tagTotal = 5<<3 | wire.Fixed64 // sum

	tagBucketCounts        = 6<<3 | wire.Bytes
	tagBounds              = 7<<3 | wire.Bytes
	tagHistogramExemplar   = 8<<3 | wire.Bytes
	tagHistogramAttributes = 9<<3 | wire.Bytes
	tagHistogramMin        = 11<<3 | wire.Fixed64
	tagHistogramMax        = 12<<3 | wire.Fixed64

	tagExponentialAttributes = 1<<3 | wire.Bytes
	tagScale                 = 6<<3 | wire.Varint
	tagZeroCount             = 7<<3 | wire.Fixed64
	tagPositive              = 8<<3 | wire.Bytes
	tagNegative              = 9<<3 | wire.Bytes
	tagExponentialExemplar   = 11<<3 | wire.Bytes
	tagExponentialMin        = 12<<3 | wire.Fixed64
	tagExponentialMax        = 13<<3 | wire.Fixed64

	// Of ExponentialHistogramDataPoint.Buckets.
	tagOffset = 1<<3 | wire.Varint
	tagCounts = 2<<3 | wire.Bytes

	// Of Exemplar.
	tagExemplarTime   = 2<<3 | wire.Fixed64
	tagExemplarDouble = 3<<3 | wire.Fixed64
	tagExemplarSpan   = 4<<3 | wire.Bytes
	tagExemplarTrace  = 5<<3 | wire.Bytes
	tagExemplarInt    = 6<<3 | wire.Fixed64
)

// Values of AggregationTemporality.
const (
	temporalityDelta      = 1
	temporalityCumulative = 2
)

// encoder makes one Metric message after the other.
type encoder struct {
	instrument  *instrument
	delta       bool
	exponential bool // the histogram's buckets, for this reader
	now         int64
	count       int    // of data points
	points      []byte // with tags and lengths
	message     []byte // scratch
	inner       []byte // scratch
}

func (e *encoder) begin(i *instrument, delta, exponential bool, now int64) {
	const keep = 1 << 20
	if cap(e.points) > keep {
		e.points = nil
	}
	e.instrument, e.delta, e.exponential, e.now = i, delta, exponential && i.kind == kindHistogram, now
	e.count, e.points = 0, e.points[:0]
}

// point adds a data point.
func (e *encoder) point(attributes []byte, start int64, d *data) {
	switch {
	case e.exponential:
		e.exponentialPoint(attributes, start, d)
	case e.instrument.kind == kindHistogram:
		e.histogramPoint(attributes, start, d)
	default:
		e.number(attributes, start, d.sum, d.exemplars)
	}
}

func (e *encoder) add(b []byte) {
	e.points = wire.AppendBytes(e.points, tagPoint, b)
	e.count++
	e.message = b
}

// times appends the two times; the first one is of no use for gauges.
func (e *encoder) times(b []byte, start int64) []byte {
	if k := e.instrument.kind; k != kindGauge && k != kindObservableGauge {
		b = wire.AppendFixed64(append(b, tagStart), uint64(min(start, e.now)))
	}
	return wire.AppendFixed64(append(b, tagTime), uint64(e.now))
}

func (e *encoder) number(attributes []byte, start int64, value uint64, exemplars []*exemplar) {
	b := appendRetagged(e.message[:0], attributes, tagNumberAttributes)
	b = e.times(b, start)
	if e.instrument.float {
		b = append(b, tagNumberDouble)
	} else {
		b = append(b, tagNumberInt)
	}
	b = wire.AppendFixed64(b, value)
	b = e.appendExemplars(b, tagNumberExemplar, exemplars)
	e.add(b)
}

func (e *encoder) histogramPoint(attributes []byte, start int64, d *data) {
	b := appendRetagged(e.message[:0], attributes, tagHistogramAttributes)
	b = e.times(b, start)
	b = wire.AppendFixed64(append(b, tagCount), d.count)
	if e.instrument.kind == kindHistogram { // of what is observed the sum is not known
		b = wire.AppendFixed64(append(b, tagTotal), d.sum)
	}
	b = wire.AppendVarint(append(b, tagBucketCounts), uint64(8*len(d.buckets)))
	for _, n := range d.buckets {
		b = wire.AppendFixed64(b, n)
	}
	b = wire.AppendVarint(append(b, tagBounds), uint64(8*len(e.instrument.bounds)))
	for _, bound := range e.instrument.bounds {
		b = wire.AppendFixed64(b, math.Float64bits(bound))
	}
	b = e.appendExtremes(b, tagHistogramMin, tagHistogramMax, d.low, d.high)
	b = e.appendExemplars(b, tagHistogramExemplar, d.exemplars)
	e.add(b)
}

// appendExtremes appends min and max, unless a view leaves them out, or a drain came
// between a value and them.
func (e *encoder) appendExtremes(b []byte, tagMin, tagMax byte, low, high float64) []byte {
	if low <= high && !e.instrument.view.Load().noExtremes() {
		b = wire.AppendFixed64(append(b, tagMin), math.Float64bits(low))
		b = wire.AppendFixed64(append(b, tagMax), math.Float64bits(high))
	}
	return b
}

func (e *encoder) exponentialPoint(attributes []byte, start int64, d *data) {
	x := d.exponential
	b := appendRetagged(e.message[:0], attributes, tagExponentialAttributes)
	b = e.times(b, start)
	b = wire.AppendFixed64(append(b, tagCount), x.count)
	b = wire.AppendFixed64(append(b, tagTotal), math.Float64bits(x.sum))
	b = wire.AppendVarint(append(b, tagScale), zigzag(x.scale))
	b = wire.AppendFixed64(append(b, tagZeroCount), x.zeros)
	b = e.appendBuckets(b, tagPositive, &x.positive)
	b = e.appendBuckets(b, tagNegative, &x.negative)
	b = e.appendExtremes(b, tagExponentialMin, tagExponentialMax, x.low, x.high)
	b = e.appendExemplars(b, tagExponentialExemplar, d.exponentialExemplars)
	e.add(b)
}

func (e *encoder) appendBuckets(b []byte, tag byte, x *exponentialBuckets) []byte {
	if len(x.counts) == 0 {
		return b
	}
	size := 0
	for _, n := range x.counts {
		size += wire.SizeVarint(n)
	}
	m := wire.AppendVarint(append(e.inner[:0], tagOffset), zigzag(x.offset))
	m = wire.AppendVarint(append(m, tagCounts), uint64(size))
	for _, n := range x.counts {
		m = wire.AppendVarint(m, n)
	}
	e.inner = m
	return wire.AppendBytes(b, tag, m)
}

// zigzag returns how sint32 fields hold n.
func zigzag(n int) uint64 { return uint64(uint32(n<<1) ^ uint32(int32(n)>>31)) }

func (e *encoder) appendExemplars(b []byte, tag byte, exemplars []*exemplar) []byte {
	for _, x := range exemplars {
		if x == nil {
			continue
		}
		m := wire.AppendFixed64(append(e.inner[:0], tagExemplarTime), uint64(x.time))
		if e.instrument.float || e.instrument.kind == kindHistogram {
			m = append(m, tagExemplarDouble)
		} else {
			m = append(m, tagExemplarInt)
		}
		m = wire.AppendFixed64(m, x.value)
		if x.trace.IsValid() {
			m = wire.AppendBytes(m, tagExemplarSpan, x.span[:])
			m = wire.AppendBytes(m, tagExemplarTrace, x.trace[:])
		}
		e.inner = m
		b = wire.AppendBytes(b, tag, m)
	}
	return b
}

// finish returns the message with the data points.
func (e *encoder) finish() []byte {
	i := e.instrument
	var trailer [4]byte
	end := trailer[:0]
	tag := byte(tagGauge)
	switch {
	case i.kind == kindHistogram && e.exponential:
		tag = tagExponential
	case i.kind.histogram():
		tag = tagHistogram
	case i.kind != kindGauge && i.kind != kindObservableGauge:
		tag = tagSum
	}
	if tag != tagGauge {
		end = append(end, tagTemporality, temporalityCumulative)
		if e.delta {
			end[1] = temporalityDelta
		}
		if i.kind.monotonic() {
			end = append(end, tagMonotonic, 1)
		}
	}
	name, description := i.view.Load().names(i)
	size := len(e.points) + len(end)
	total := wire.SizeBytes(len(name)) + wire.SizeBytes(size)
	if description != "" {
		total += wire.SizeBytes(len(description))
	}
	if i.unit != "" {
		total += wire.SizeBytes(len(i.unit))
	}
	b := make([]byte, 0, wire.SizeBytes(total))
	b = wire.AppendVarint(append(b, tagMetric), uint64(total))
	b = wire.AppendString(b, tagName, name)
	if description != "" {
		b = wire.AppendString(b, tagDescription, description)
	}
	if i.unit != "" {
		b = wire.AppendString(b, tagUnit, i.unit)
	}
	b = wire.AppendVarint(append(b, tag), uint64(size))
	return append(append(b, e.points...), end...)
}
