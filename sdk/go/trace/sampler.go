package trace

import (
	"encoding/binary"
	"strconv"

	"go.weft.dev/sdk/internal/env"
)

// sampler decides whether a trace is recorded (trace/sdk.md#sampling). The zero
// sampler samples nothing.
type sampler struct {
	parentBased bool
	bound       uint64 // of 63 random bits of the trace id; sampled below it
}

const always = 1 << 63

// sample decides for a span whose parent, if it has one, is sampled or not.
func (s sampler) sample(id TraceID, hasParent, parentSampled bool) bool {
	if s.parentBased && hasParent {
		return parentSampled
	}
	switch s.bound {
	case 0:
		return false
	case always:
		return true
	default:
		return binary.BigEndian.Uint64(id[8:])>>1 < s.bound
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
		return sampler{parentBased: true, bound: always}
	case "parentbased_always_off":
		return sampler{parentBased: true}
	case "parentbased_traceidratio":
		return sampler{parentBased: true, bound: ratioFromEnv()}
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
	ratio, err := strconv.ParseFloat(v, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) {
		env.Bad(name, v, "1.0")
		return always
	}
	return uint64(ratio * always)
}
