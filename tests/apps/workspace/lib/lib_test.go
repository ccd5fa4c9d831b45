package lib

import "testing"

func TestFetch(t *testing.T) {
	if status, err := Fetch("/lib"); err != nil || status != 404 {
		t.Fatal(status, err)
	}
}
