package goroutine

import "unsafe"

// The two accessors of runtime.g.labels, which the Go team keeps as they are
// (runtime/proflabel.go, go.dev/issue/67401).

//go:linkname setLabels runtime/pprof.runtime_setProfLabel
func setLabels(labels unsafe.Pointer)

//go:linkname getLabels runtime/pprof.runtime_getProfLabel
func getLabels() unsafe.Pointer
