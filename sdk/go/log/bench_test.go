package log

import (
	"testing"
	"time"
)

// BenchmarkRecord makes a record with a body and four attributes in a trace.
func BenchmarkRecord(b *testing.B) {
	q := using(b, 128, -1)
	logger := NewLogger("bench", "")
	now := time.Now()
	b.ReportAllocs()
	for i := range b.N {
		r := logger.Begin()
		r.SetTime(now)
		r.SetSeverity(SeverityInfo, "INFO")
		r.SetBody("order placed")
		r.SetTrace([16]byte{1}, [8]byte{2}, 1)
		r.String("customer", "ada")
		r.Int("order", 42)
		r.Bool("express", true)
		r.Float("total", 12.5)
		r.Emit()
		if i%1000 == 999 {
			for _, block := range q.Take() {
				q.Done(block.Items, block.Size())
				q.Recycle(block)
			}
		}
	}
}

// BenchmarkJSON makes a record from what a JSON logger has written.
func BenchmarkJSON(b *testing.B) {
	q := using(b, 128, -1)
	text := []byte(`"customer":"ada","order":42,"express":true,"total":12.5,"at":{"city":"x"}`)
	b.ReportAllocs()
	for i := range b.N {
		r := (*Logger)(nil).Begin()
		r.SetBody("order placed")
		r.JSON(text, nil)
		r.Emit()
		if i%1000 == 999 {
			for _, block := range q.Take() {
				q.Done(block.Items, block.Size())
				q.Recycle(block)
			}
		}
	}
}

// BenchmarkNotWanted is what a hook pays where no exporter wants records.
func BenchmarkNotWanted(b *testing.B) {
	before := configured.Swap(&provider{})
	b.Cleanup(func() { configured.Store(before) })
	b.ReportAllocs()
	for range b.N {
		if r := (*Logger)(nil).Begin(); r != nil {
			b.Fatal("wanted")
		}
	}
}
