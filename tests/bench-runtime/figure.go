package main

import (
	"fmt"
	"slices"
)

// spread is the least, the middle and the greatest of some numbers.
type spread struct{ least, middle, greatest float64 }

func spreadOf(costs []cost, of func(cost) float64) spread {
	values := make([]float64, 0, len(costs))
	for _, c := range costs {
		values = append(values, of(c))
	}
	return spreadOfValues(values)
}

func spreadOfValues(values []float64) spread {
	slices.Sort(values)
	return spread{values[0], values[len(values)/2], values[len(values)-1]}
}

func call(c cost) float64    { return c.CallNs }
func cpu(c cost) float64     { return c.CPUNs }
func allocs(c cost) float64  { return c.CallAllocs }
func bytesOf(c cost) float64 { return c.CallBytes }

// show prints a subject's costs for a person.
func show(s subject, costs []cost) {
	fmt.Printf("%s: %s\n", s.name, s.what)
	for _, row := range []struct {
		what, unit string
		of         func(cost) float64
	}{
		{"CPU of the call", "ns", call},
		{"CPU with export", "ns", cpu},
		{"allocations of the call", "", allocs},
		{"allocations with export", "", func(c cost) float64 { return c.Allocs }},
		{"bytes of the call", "B", bytesOf},
		{"bytes with export", "B", func(c cost) float64 { return c.Bytes }},
	} {
		v := spreadOf(costs, row.of)
		fmt.Printf("  %-24s min %9.2f   median %9.2f   max %9.2f %s\n", row.what, v.least, v.middle, v.greatest, row.unit)
	}
}

// figures prints what is to be compared from run to run. A ratio is taken round by round, of what ran
// one after the other, and its median counts.
func figures(costs map[string][]cost) {
	// A span is encoded where it ends here, and where it is exported there.
	compareCosts(costs, "span-vs-sdk", "span/weft", call, "span/sdk", cpu, "", " target <= 0.05")
	ratio(costs, "span-exported-vs-sdk", "span/weft", "span/sdk", "", cpu, "")
	value(costs, "span-allocs", "span/weft", allocs, " target <= 0.05")
	value(costs, "span-bytes", "span/weft", bytesOf, "")
	ratio(costs, "unsampled-vs-floor", "unsampled/weft", "floor", "", call, " target <= 1")
	ratio(costs, "unsampled-vs-sdk", "unsampled/weft", "unsampled/sdk", "", call, "")
	ratio(costs, "histogram-vs-sdk", "histogram/weft", "histogram/sdk", "", call, " target <= 0.2")
	ratio(costs, "histogram-bound-vs-sdk", "histogram+bound/weft", "histogram+bound/sdk", "", call, "")
	ratio(costs, "http-server-vs-otelhttp", "http/weft", "http/otelhttp", "http/plain", cpu, " target <= 0.167")
}

// ratio prints what one subject costs as a part of what another one does, both less what is left when
// there is no telemetry.
func ratio(costs map[string][]cost, name, ours, theirs, without string, of func(cost) float64, target string) {
	compareCosts(costs, name, ours, of, theirs, of, without, target)
}

func compareCosts(
	costs map[string][]cost, name, ours string, ofOurs func(cost) float64,
	theirs string, ofTheirs func(cost) float64, without, target string,
) {
	if len(costs[ours]) == 0 || len(costs[theirs]) == 0 || without != "" && len(costs[without]) == 0 {
		return
	}
	var ratios []float64
	for i := range costs[ours] {
		a, b := ofOurs(costs[ours][i]), ofTheirs(costs[theirs][i])
		if without != "" {
			a -= ofOurs(costs[without][i])
			b -= ofTheirs(costs[without][i])
		}
		ratios = append(ratios, a/b)
	}
	v := spreadOfValues(ratios)
	fmt.Printf("%s: %s beside %s, min %.4f median %.4f max %.4f\n", name, ours, theirs, v.least, v.middle, v.greatest)
	fmt.Printf("figure: %s %.4f%s\n", name, v.middle, target)
}

func value(costs map[string][]cost, name, subject string, of func(cost) float64, target string) {
	if len(costs[subject]) > 0 {
		fmt.Printf("figure: %s %.4f%s\n", name, spreadOf(costs[subject], of).middle, target)
	}
}
