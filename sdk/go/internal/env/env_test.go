package env

import (
	"slices"
	"testing"
	"time"
)

const variable = "OTEL_ENV_TEST"

func TestString(t *testing.T) {
	for value, want := range map[string]string{"": "default", " ": "default", " a ": "a", "A": "A"} {
		t.Setenv(variable, value)
		if got := String(variable, "default"); got != want {
			t.Errorf("String of %q is %q, want %q", value, got, want)
		}
	}
}

func TestEnum(t *testing.T) {
	for value, want := range map[string]string{"": "default", "Always_ON": "always_on"} {
		t.Setenv(variable, value)
		if got := Enum(variable, "default"); got != want {
			t.Errorf("Enum of %q is %q, want %q", value, got, want)
		}
	}
}

func TestBool(t *testing.T) {
	for value, want := range map[string]bool{
		"": false, "true": true, "True": true, " TRUE ": true, "false": false, "1": false, "yes": false,
	} {
		t.Setenv(variable, value)
		if got := Bool(variable); got != want {
			t.Errorf("Bool of %q is %t", value, got)
		}
	}
}

func TestInt(t *testing.T) {
	for value, want := range map[string]int{
		"": 7, "0": 7, "1": 1, " 2 ": 2, "2147483647": 1<<31 - 1, "-1": 7, "x": 7, "1.5": 7, "1_0": 7,
		"99999999999999999999": 7,
	} {
		t.Setenv(variable, value)
		if got := Int(variable, 7, 1); got != want {
			t.Errorf("Int of %q is %d, want %d", value, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	const def = 3 * time.Second
	for value, want := range map[string]struct{ millis, timeout time.Duration }{
		"":             {def, def},
		"0":            {0, longest},
		"1500":         {1500 * time.Millisecond, 1500 * time.Millisecond},
		"999999999999": {longest, longest},
		"-1":           {def, def},
		"1s":           {def, def},
	} {
		t.Setenv(variable, value)
		if got := Millis(variable, def); got != want.millis {
			t.Errorf("Millis of %q is %v, want %v", value, got, want.millis)
		}
		if got := Timeout(variable, def); got != want.timeout {
			t.Errorf("Timeout of %q is %v, want %v", value, got, want.timeout)
		}
	}
}

func TestLists(t *testing.T) {
	for value, want := range map[string]struct{ list, enums []string }{
		"":              {[]string{"x", "y"}, []string{"x", "y"}},
		",":             {nil, nil},
		" a ,, B,a,A, ": {[]string{"a", "B", "a", "A"}, []string{"a", "b"}},
	} {
		t.Setenv(variable, value)
		if got := List(variable, "x,y"); !slices.Equal(got, want.list) {
			t.Errorf("List of %q is %q, want %q", value, got, want.list)
		}
		if got := Enums(variable, "x,y"); !slices.Equal(got, want.enums) {
			t.Errorf("Enums of %q is %q, want %q", value, got, want.enums)
		}
	}
}

func TestFirst(t *testing.T) {
	t.Setenv(variable, "  ")
	t.Setenv(variable+"_2", "b")
	if name, value := First(variable, variable+"_2"); name != variable+"_2" || value != "b" {
		t.Errorf("First is %s=%s", name, value)
	}
	if name, value := First(variable); name != "" || value != "" {
		t.Errorf("First is %s=%s", name, value)
	}
}
