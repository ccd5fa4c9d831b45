package main

import (
	"fmt"
	"slices"
	"time"
)

// spread is the least, the middle and the greatest of some numbers.
type spread struct{ least, middle, greatest float64 }

func spreadOf(values []float64) spread {
	slices.Sort(values)
	return spread{values[0], values[len(values)/2], values[len(values)-1]}
}

// A number is one of the things that are measured of a variant.
type number struct {
	what, unit string
	of         func(result) float64
}

func microseconds(d time.Duration) float64 { return float64(d) / 1e3 }

var (
	fixedCPU = number{"fixed rate: CPU a request", "µs", func(r result) float64 { return microseconds(r.fixed.cpu) }}
	fixedP50 = number{"fixed rate: p50", "µs", func(r result) float64 { return microseconds(r.fixed.p50) }}
	fixedP99 = number{"fixed rate: p99", "µs", func(r result) float64 { return microseconds(r.fixed.p99) }}
	mostCPU  = number{"saturation: CPU a request", "µs", func(r result) float64 { return microseconds(r.most.cpu) }}
	mostP50  = number{"saturation: p50", "µs", func(r result) float64 { return microseconds(r.most.p50) }}
	mostP99  = number{"saturation: p99", "µs", func(r result) float64 { return microseconds(r.most.p99) }}
	mostRate = number{"saturation: requests", "/s", func(r result) float64 { return r.most.rate }}
	resident = number{"resident memory", "MB", func(r result) float64 { return float64(r.resident) / 1e6 }}
	spans    = number{"spans a request", "", func(r result) float64 { return r.spans }}

	numbers = []number{fixedCPU, fixedP50, fixedP99, mostCPU, mostP50, mostP99, mostRate, resident, spans}
)

// show prints what a variant did, for a person.
func show(name string, results []result) {
	fmt.Println(name)
	for _, n := range numbers {
		v := spreadOf(each(results, n.of))
		fmt.Printf("  %-26s min %9.1f   median %9.1f   max %9.1f %s\n", n.what, v.least, v.middle, v.greatest, n.unit)
	}
}

func each(results []result, of func(result) float64) []float64 {
	values := make([]float64, 0, len(results))
	for _, r := range results {
		values = append(values, of(r))
	}
	return values
}

// figures prints what is to be compared from run to run.
func figures(results map[string][]result) {
	fmt.Println()
	ratio(results, "service-cpu-1000qps", "woven", fixedCPU, " target <= 1.02")
	added(results, "service-cpu-vs-handwritten", fixedCPU, " target <= 0.2")
	ratio(results, "service-cpu-saturated", "woven", mostCPU, "")
	added(results, "service-cpu-saturated-vs-handwritten", mostCPU, "")
	for _, v := range []string{"woven", "handwritten"} {
		ratio(results, "service-p50-"+v, v, fixedP50, "")
		ratio(results, "service-p99-"+v, v, fixedP99, "")
		ratio(results, "service-throughput-"+v, v, mostRate, "")
		ratio(results, "service-rss-"+v, v, resident, "")
	}
	ratio(results, "service-cpu-1000qps-handwritten", "handwritten", fixedCPU, "")
}

// ratio prints a number of a variant as a multiple of the plain one. The ratio is taken round by round,
// and its median counts.
func ratio(results map[string][]result, figure, name string, n number, target string) {
	plain, other := results["plain"], results[name]
	if len(plain) == 0 || len(other) == 0 {
		return
	}
	ratios := make([]float64, 0, len(plain))
	for i := range plain {
		ratios = append(ratios, n.of(other[i])/n.of(plain[i]))
	}
	print(figure, fmt.Sprintf("%s, %s beside plain", n.what, name), spreadOf(ratios), target)
}

// added prints what weaving adds to a number as a part of what instrumentation by hand adds. Both are
// differences of medians: of single rounds they can be smaller than the noise.
func added(results map[string][]result, figure string, n number, target string) {
	var of [3]spread
	for i, name := range []string{"plain", "woven", "handwritten"} {
		if len(results[name]) == 0 {
			return
		}
		of[i] = spreadOf(each(results[name], n.of))
	}
	plain, woven, handwritten := of[0], of[1], of[2]
	fmt.Printf("%s: %s, woven adds %.1f %s, by hand adds %.1f %s (of the least: %.1f and %.1f)\n", figure, n.what,
		woven.middle-plain.middle, n.unit, handwritten.middle-plain.middle, n.unit,
		woven.least-plain.least, handwritten.least-plain.least)
	fmt.Printf("figure: %s %.3f%s\n", figure, (woven.middle-plain.middle)/(handwritten.middle-plain.middle), target)
}

func print(figure, what string, v spread, target string) {
	fmt.Printf("%s: %s, min %.3f median %.3f max %.3f\n", figure, what, v.least, v.middle, v.greatest)
	fmt.Printf("figure: %s %.3f%s\n", figure, v.middle, target)
}
