package plain

import "testing"

func TestAnswer(t *testing.T) {
	if got, err := Answer("plain_test"); err != nil || got != 42 {
		t.Fatal(got, err)
	}
}

func BenchmarkAnswer(b *testing.B) {
	for range b.N {
		if _, err := Answer("plain_benchmark"); err != nil {
			b.Fatal(err)
		}
	}
}
