package trace

import "testing"

func TestSamplerBelowParents(t *testing.T) {
	t.Parallel()
	usual := sampler{parentBased: true, bound: always}
	turned := sampler{parentBased: true, parents: &parents{remote: [2]uint64{always, 0}, local: [2]uint64{0, always / 2}}}
	low, high := TraceID{8: 0x00}, TraceID{8: 0xff}
	for _, tt := range []struct {
		name            string
		s               sampler
		id              TraceID
		parent          bool
		sampled, remote bool
		want            bool
	}{
		{"root", usual, high, false, false, false, true},
		{"remote, sampled", usual, high, true, true, true, true},
		{"remote, not sampled", usual, high, true, false, true, false},
		{"own root", turned, low, false, false, false, false},
		{"own remote, sampled", turned, low, true, true, true, false},
		{"own remote, not sampled", turned, high, true, false, true, true},
		{"own local, sampled, low id", turned, low, true, true, false, true},
		{"own local, sampled, high id", turned, high, true, true, false, false},
		{"own local, not sampled", turned, low, true, false, false, false},
	} {
		if got := tt.s.sample(tt.id, tt.parent, tt.sampled, tt.remote); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
