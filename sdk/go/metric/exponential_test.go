package metric

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"go.weft.dev/sdk/export"
)

func TestIndexOf(t *testing.T) {
	t.Parallel()
	for _, scale := range []int{-10, -3, -1, 0, 1, 3, 8, 20} {
		for _, v := range []float64{1, 2, 0.5, 4, 1.5, 3, 0.1, 1e-300, 1e300, math.MaxFloat64, math.SmallestNonzeroFloat64,
			math.Nextafter(1, 2), math.Nextafter(2, 1), 1024, 1.0 / 1024} {
			n := indexOf(v, scale)
			// In bucket n are values above base^n, up to base^(n+1).
			log := math.Log2(v) * math.Pow(2, float64(scale))
			if slack := 1e-6 * math.Max(1, math.Abs(log)); log < float64(n)-slack || log > float64(n+1)+slack {
				t.Errorf("scale %d: %v is in bucket %d, its logarithm is %v", scale, v, n, log)
			}
			if f, _ := math.Frexp(v); f == 0.5 && scale >= 0 && float64(n+1) != log {
				t.Errorf("scale %d: the power of two %v is not the upper bound of bucket %d", scale, v, n)
			}
		}
	}
}

func TestExponential(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		values []float64
		want   point
	}{
		{"one value", []float64{4}, point{count: 1, sum: 4, low: 4, high: 4, scale: 20, positive: map[int]uint64{2<<20 - 1: 1}}},
		{"zeros", []float64{0, 0}, point{count: 2, zeros: 2, scale: 20}},
		{"one value of either sign", []float64{2, -2, 0}, point{
			count: 3, zeros: 1, low: -2, high: 2, scale: 20,
			positive: map[int]uint64{1<<20 - 1: 1}, negative: map[int]uint64{1<<20 - 1: 1},
		}},
		{"2^0 to 2^160", []float64{1, math.Pow(2, 160)}, point{
			count: 2, sum: 1 + math.Pow(2, 160), low: 1, high: math.Pow(2, 160), scale: -1, positive: map[int]uint64{-1: 1, 79: 1},
		}},
		{"all there is", []float64{math.SmallestNonzeroFloat64, math.MaxFloat64}, point{
			count: 2, sum: math.MaxFloat64, low: math.SmallestNonzeroFloat64, high: math.MaxFloat64, scale: -4,
			positive: map[int]uint64{-68: 1, 63: 1},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := testRegistry(filterTraceBased, export.MetricReader{Exponential: true})
			h := newHistogram[float64](r, nil, "h", Options{})
			for _, v := range tt.values {
				h.Record(nil, v)
			}
			g := timeless(collectAll(t, r, 0, true)["h"])
			if g.kind != "exponential" || !reflect.DeepEqual(g.points[""], tt.want) {
				t.Errorf("got  %+v\nwant %+v", g, tt.want)
			}
		})
	}
}

// Whatever is recorded in whichever order, and however often it is drained and
// merged, each value is in its bucket and the scale is the best one.
func TestExponentialMerges(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		values := make([]float64, 1+random.IntN(300))
		spread := math.Exp(random.Float64() * 6)
		for i := range values {
			values[i] = math.Exp(random.NormFloat64() * spread / 10)
			if random.IntN(3) == 0 {
				values[i] = -values[i]
			}
		}
		var parts [3]exponential
		var total, want exponential
		total.reset()
		want.reset()
		for i := range parts {
			parts[i].reset()
		}
		for _, v := range values {
			parts[random.IntN(len(parts))].record(v)
			want.record(v)
			if random.IntN(50) == 0 {
				part := &parts[random.IntN(len(parts))]
				total.merge(part)
				part.reset()
			}
		}
		for i := range parts {
			total.merge(&parts[i])
		}
		if total.scale != want.scale || total.count != want.count || total.zeros != want.zeros ||
			total.low != want.low || total.high != want.high ||
			!reflect.DeepEqual(total.positive.nonZero(), want.positive.nonZero()) ||
			!reflect.DeepEqual(total.negative.nonZero(), want.negative.nonZero()) {
			t.Fatalf("round %d: got %+v, want %+v", round, total, want)
		}
		by := map[int]uint64{}
		for _, v := range values {
			if v > 0 {
				by[indexOf(v, want.scale)]++
			}
		}
		if len(by) > 0 && !reflect.DeepEqual(by, want.positive.nonZero()) {
			t.Fatalf("round %d: buckets %v, want %v", round, want.positive.nonZero(), by)
		}
		if n := max(len(want.positive.counts), len(want.negative.counts)); n > maxBuckets {
			t.Fatalf("%d buckets", n)
		}
	}
}

func (b *exponentialBuckets) nonZero() map[int]uint64 {
	counts := map[int]uint64{}
	for i, n := range b.counts {
		if n > 0 {
			counts[b.offset+i] = n
		}
	}
	return counts
}

func TestExponentialDelta(t *testing.T) {
	t.Parallel()
	r := testRegistry(filterTraceBased, export.MetricReader{Exponential: true, Delta: true}, cumulative)
	h := newHistogram[float64](r, nil, "h", Options{Bounds: []float64{10}})
	h.Record(nil, 1)
	h.Record(nil, 1e9)
	if p := collectAll(t, r, 0, true)["h"].points[""]; p.count != 2 || p.scale > 5 {
		t.Errorf("got %+v", p)
	}
	h.Record(nil, 8)
	if p := collectAll(t, r, 0, true)["h"].points[""]; p.count != 1 || p.scale != maxScale {
		t.Errorf("got %+v, want one value at the best scale", p)
	}
	if g := collectAll(t, r, 1, true)["h"]; g.kind != "histogram" || !reflect.DeepEqual(g.points[""].buckets, []uint64{2, 1}) {
		t.Errorf("the other reader got %+v", g)
	}
}
