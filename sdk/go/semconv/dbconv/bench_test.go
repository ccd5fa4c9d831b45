package dbconv

import (
	"testing"

	"go.weft.dev/sdk/trace/tracetest"
)

func BenchmarkQuery(b *testing.B) {
	b.ReportAllocs()
	target := &Target{System: SQLite, Namespace: "shop.db"}
	for i := 0; b.Loop(); i++ {
		StartQuery(nil, b.Context(), target, "SELECT id, name FROM users WHERE id = ?").End(nil)
		if i%1024 == 0 {
			tracetest.Drop()
		}
	}
}
