package external_test

import (
	"fmt"
	"testing"

	"example.com/small/external"
)

func TestAnswer(t *testing.T) {
	if got, err := external.Answer(); err != nil || got != 42 {
		t.Fatal(got, err)
	}
}

func Example() {
	fmt.Println(external.Answer())
	// Output: 42 <nil>
}
