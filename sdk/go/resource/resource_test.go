package resource

import (
	"maps"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		list string
		want map[string]string
		ok   bool
	}{
		{"", map[string]string{}, true},
		{"a=1", map[string]string{"a": "1"}, true},
		{" a = 1 , b=2,", map[string]string{"a": "1", "b": "2"}, true},
		{"a=x%2Cy%3Dz", map[string]string{"a": "x,y=z"}, true},
		{"a=b=c", map[string]string{"a": "b=c"}, true},
		{"a=", map[string]string{"a": ""}, true},
		{"a=1,bad", nil, false},
		{"=1", nil, false},
		{"a=%zz", nil, false},
		{"a=%ff", nil, false},
	}
	for _, tt := range tests {
		if got, ok := parse(tt.list); ok != tt.ok || !maps.Equal(got, tt.want) {
			t.Errorf("parse(%q) = %v, %t", tt.list, got, ok)
		}
	}
}

func TestPrecedence(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed,host.name=given")
	if r := detect(); r["service.name"] != "listed" || r["host.name"] != "given" {
		t.Errorf("resource %v", r)
	}
	t.Setenv("OTEL_SERVICE_NAME", "named")
	if r := detect(); r["service.name"] != "named" {
		t.Errorf("resource %v", r)
	}
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "not a list")
	t.Setenv("OTEL_SERVICE_NAME", "")
	if got, want := detect()["service.name"], "unknown_service:"+executableName(); got != want {
		t.Errorf("service.name %q, want %q", got, want)
	}
}
