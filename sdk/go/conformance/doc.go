// Package conformance checks what the runtime sends with the official protocol
// definitions. It is a module of its own, so that the runtime's requires nothing.
package conformance
