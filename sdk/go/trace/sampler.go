package trace

import (
	"encoding/binary"
	"strconv"

	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/env"
)

// sampler decides whether a trace is recorded (trace/sdk.md#sampling). The zero
// sampler samples nothing.
type sampler struct {
	parentBased bool
	bound       uint64   // of 63 random bits of the trace id; sampled below it
	parents     *parents // nil where the parent's decision counts
}

// parents are bounds for spans with a parent.
type parents struct {
	remote, local [2]uint64 // for one that is not sampled, and one that is
}

const always = 1 << 63

// sample decides for a span whose parent, if it has one, is sampled or not, and in
// another process or not.
func (s sampler) sample(id TraceID, hasParent, parentSampled, parentRemote bool) bool {
	bound := s.bound
	if s.parentBased && hasParent {
		if s.parents == nil {
			return parentSampled
		}
		of, i := &s.parents.local, 0
		if parentRemote {
			of = &s.parents.remote
		}
		if parentSampled {
			i = 1
		}
		bound = of[i]
	}
	switch bound {
	case 0:
		return false
	case always:
		return true
	default:
		return binary.BigEndian.Uint64(id[8:])>>1 < bound
	}
}

// samplerFromEnv reads OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.
func samplerFromEnv() sampler {
	const name, def = "OTEL_TRACES_SAMPLER", "parentbased_always_on"
	switch v := env.Enum(name, def); v {
	case "always_on":
		return sampler{bound: always}
	case "always_off":
		return sampler{}
	case "traceidratio":
		return sampler{bound: ratioFromEnv()}
	case "parentbased_always_on":
		return sampler{parentBased: true, bound: always, parents: parentsFromFile()}
	case "parentbased_always_off":
		return sampler{parentBased: true, parents: parentsFromFile()}
	case "parentbased_traceidratio":
		return sampler{parentBased: true, bound: ratioFromEnv(), parents: parentsFromFile()}
	default:
		env.Bad(name, v, def)
		return sampler{parentBased: true, bound: always}
	}
}

// ratioFromEnv returns the bound for the ratio in OTEL_TRACES_SAMPLER_ARG, 1 when
// there is none.
func ratioFromEnv() uint64 {
	const name = "OTEL_TRACES_SAMPLER_ARG"
	v := env.String(name, "")
	if v == "" {
		return always
	}
	bound, ok := boundOf(v)
	if !ok {
		env.Bad(name, v, "1.0")
		return always
	}
	return bound
}

// boundOf returns the bound for a ratio.
func boundOf(v string) (uint64, bool) {
	ratio, err := strconv.ParseFloat(v, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) {
		return 0, false
	}
	return uint64(ratio * always), true
}

// parentsFromFile returns what a configuration file says of spans with a parent, for
// which there are no variables, and nil where it says nothing.
func parentsFromFile() *parents {
	p := parents{remote: [2]uint64{0, always}, local: [2]uint64{0, always}}
	usual := p
	for name, bound := range map[string]*uint64{
		config.RemoteParentNotSampled: &p.remote[0], config.RemoteParentSampled: &p.remote[1],
		config.LocalParentNotSampled: &p.local[0], config.LocalParentSampled: &p.local[1],
	} {
		if b, ok := boundOf(env.String(name, "")); ok {
			*bound = b
		}
	}
	if p == usual {
		return nil
	}
	return &p
}
