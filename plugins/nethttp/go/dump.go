package nethttp

import "go.weft.dev/sdk/trace"

// beforeDump keeps a request that is only written down from having a span, and headers of one. Hooks
// httputil.DumpRequestOut, which sends it by a Transport to itself.
func beforeDump() *trace.Paused { return trace.Pause() }

func afterDump(p *trace.Paused) { p.Resume() }
