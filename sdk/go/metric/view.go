package metric

import (
	"strings"

	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/internal/config"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/wire"
)

// view is what configuration has for an instrument. A nil one changes nothing.
type view struct{ config.View }

// viewsOf returns the views that apply to an instrument, each of which makes a metric of
// its own (metrics/sdk.md#measurement-processing): those that select it, but of several
// whose metrics would have one name the first. One that drops counts where it is alone.
func (p *provider) viewsOf(i *instrument) []*view {
	var views []*view
	var drop *view
	lines := make(map[string]int) // by name
	for _, v := range p.views {
		selected := &view{v}
		if !selects(&v, i) {
			continue
		}
		if v.Drop {
			drop = selected
			continue
		}
		name, _ := selected.names(i)
		if line, taken := lines[strings.ToLower(name)]; taken {
			report.Once("view "+name, "metric %q: the view of line %d is used, and not that of line %d besides", name, line, v.Line)
			continue
		}
		lines[strings.ToLower(name)] = v.Line
		views = append(views, selected)
	}
	if views == nil && drop != nil {
		return []*view{drop}
	}
	return views
}

// selects follows metrics/sdk.md#instrument-selection-criteria.
func selects(v *config.View, i *instrument) bool {
	meter, version := i.scope.Identity()
	return (v.Instrument == "" || config.Matches(v.Instrument, strings.ToLower(i.name))) &&
		(v.Kind == "" || v.Kind == kindNames[i.kind]) &&
		(v.Unit == "" || v.Unit == i.unit) &&
		(v.Meter == "" || v.Meter == meter) &&
		(v.Version == "" || v.Version == version)
}

// applyTo sets what the view says. The caller holds the instrument's lock.
func (v *view) applyTo(i *instrument) {
	if v.Limit > 0 {
		i.limit = v.Limit
	}
	switch {
	case !v.Explicit && !v.Exponential:
	case i.kind != kindHistogram:
		report.Once("view buckets "+i.name, "metric %q: the view of line %d wants buckets, which only histograms have", i.name, v.Line)
	case v.Bounds != nil:
		i.bounds = boundsOf(i.name, v.Bounds)
	}
	i.view.Store(v)
}

// exponentialFor reports whether a reader gets a histogram with exponential buckets.
func (i *instrument) exponentialFor(r export.MetricReader) bool {
	if v := i.view.Load(); v != nil && !r.Explicit {
		switch {
		case v.Exponential:
			return true
		case v.Explicit:
			return false
		}
	}
	return r.Exponential
}

func (v *view) drops() bool { return v != nil && v.Drop }

func (v *view) noExtremes() bool { return v != nil && v.NoExtremes }

// filters reports whether attributes are left out.
func (v *view) filters() bool { return v != nil && (v.Included != nil || v.Excluded != nil) }

// kept returns the attributes, which are canonical, that are not left out.
func (v *view) kept(attributes []byte) []byte {
	if !v.filters() {
		return attributes
	}
	var kept []byte
	for rest := attributes; len(rest) > 0; {
		f, next, ok := wire.Next(rest)
		if !ok {
			break
		}
		key, _, _ := wire.Next(f.Data)
		name := string(key.Data)
		if (v.Included == nil || config.MatchesAny(v.Included, name)) && !config.MatchesAny(v.Excluded, name) {
			kept = append(kept, rest[:len(rest)-len(next)]...)
		}
		rest = next
	}
	return kept
}

// names returns how an instrument is called and described.
func (v *view) names(i *instrument) (name, description string) {
	name, description = i.name, i.description
	if v != nil && v.Name != "" {
		name = wire.UTF8(v.Name)
	}
	if v != nil && v.Description != "" {
		description = wire.UTF8(v.Description)
	}
	return name, description
}
