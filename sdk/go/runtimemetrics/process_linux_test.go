package runtimemetrics

import (
	"math"
	"reflect"
	"runtime/metrics"
	"testing"
)

func TestParseStat(t *testing.T) {
	t.Parallel()
	line := "42 (a) b (c)) S 1 42 42 0 -1 4194560 1500 0 3 0 250 30 0 0 20 0 9 0 5000 1234567 77 18446744073709551615 1 1"
	for _, tt := range []struct {
		line                       string
		threads, virtual, resident int64
	}{
		{line, 9, 1234567, 77 * 4096},
		{"", -1, -1, -1},
		{"42 (a) S 1 2", -1, -1, -1},
		{"42 (a) S 1 42 42 0 -1 4194560 1500 0 3 0 250 30 0 0 20 0 x 0 5000 y 9223372036854775807", -1, -1, -1},
	} {
		u := unknownUsage()
		u.parseStat([]byte(tt.line), 4096)
		if u.threads != tt.threads || u.virtual != tt.virtual || u.resident != tt.resident {
			t.Errorf("%q: %+v", tt.line, u)
		}
	}
}

func TestUsageOfThisProcess(t *testing.T) {
	t.Parallel()
	u := unknownUsage()
	u.read()
	if u.threads < 1 || u.resident < 1<<20 || u.virtual < u.resident || u.files < 3 || u.userSeconds < 0 || u.minor < 1 {
		t.Errorf("usage %+v", u)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	h := &metrics.Float64Histogram{
		Buckets: []float64{math.Inf(-1), 0, 1e-7, 1e-6, 1.5e-6, 2e-6, 3e-6, 5e-6, 100, math.Inf(1)},
		Counts:  []uint64{1, 2, 4, 8, 16, 32, 64, 128, 256},
	}
	bounds := boundsOf(h.Buckets)
	if want := []float64{1e-6, 2e-6, 5e-6}; !reflect.DeepEqual(bounds, want) {
		t.Errorf("bounds %v, want %v", bounds, want)
	}
	counts := make([]uint64, len(bounds)+1)
	for range 2 {
		sumUp(h, bounds, counts)
		if want := []uint64{7, 24, 96, 384}; !reflect.DeepEqual(counts, want) {
			t.Errorf("counts %v, want %v", counts, want)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("42 (a) S 1 42 42 0 -1 4194560 1500 0 3 0 250 30 0 0 20 0 9 0 5000 1234567 77"))
	f.Fuzz(func(_ *testing.T, line []byte) {
		u := unknownUsage()
		u.parseStat(line, 4096)
	})
}
