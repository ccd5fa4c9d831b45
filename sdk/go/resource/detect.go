package resource

import (
	"slices"

	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/env"
)

// A detector finds attributes in the process and in files of the system. It starts
// no program, asks nobody over a network, and reads little.
type detector struct {
	name   string
	detect func(*process, attributes)
}

// detectors are the ones there are, by the names that
// resource/sdk.md#resource-detector-name has for them, in the order in which they
// run: of an attribute that two find, the later one counts.
func detectors() []detector {
	return []detector{
		{"host", detectHost},
		{"process", detectProcess},
		{"container", detectContainer},
		{"cloud", detectCloud},
		{"vcs", detectVCS},
		{"service", detectService},
		{"k8s", detectKubernetes},
	}
}

// detectorsVariable names the detectors that run.
const detectorsVariable = "OTEL_GO_RESOURCE_DETECTORS"

// detect runs the detectors that are configured, and returns what they find but
// for attributes that are configured to be left out.
func detect(p *process) attributes {
	var names []string
	known := detectors()
	for _, name := range env.Enums(detectorsVariable, "all") {
		isKnown := slices.ContainsFunc(known, func(d detector) bool { return d.name == name })
		if !isKnown && name != "all" && name != "none" {
			env.Bad(detectorsVariable, name, "the others that are named")
			continue
		}
		names = append(names, name)
	}
	a := make(attributes)
	for _, d := range known {
		if slices.Contains(names, d.name) || slices.Contains(names, "all") {
			d.detect(p, a)
		}
	}
	included, excluded := env.List(config.DetectionIncluded, "*"), env.List(config.DetectionExcluded, "")
	for name := range a {
		if !config.MatchesAny(included, name) || config.MatchesAny(excluded, name) {
			delete(a, name)
		}
	}
	return a
}
