package resource

import (
	"maps"
	"os"
	"testing"
	"unicode/utf8"
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

func FuzzParse(f *testing.F) {
	f.Add("a=1, b%2c=%3D,,")
	f.Fuzz(func(t *testing.T, list string) {
		attributes, ok := parse(list)
		if ok == (attributes == nil) {
			t.Errorf("%q gives %v, %t", list, attributes, ok)
		}
		for k, v := range attributes {
			if k == "" || !utf8.ValidString(k) || !utf8.ValidString(v) {
				t.Errorf("%q has %q=%q", list, k, v)
			}
		}
	})
}

func TestPrecedence(t *testing.T) {
	p := thisProcess()
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed,host.name=given,service.instance.id=mine")
	if r := describe(p); r["service.name"] != "listed" || r["host.name"] != "given" || r["service.instance.id"] != "mine" {
		t.Errorf("resource %v", r)
	}
	t.Setenv("OTEL_SERVICE_NAME", "named")
	if r := describe(p); r["service.name"] != "named" {
		t.Errorf("resource %v", r)
	}
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "not a list")
	t.Setenv("OTEL_SERVICE_NAME", "")
	if got, want := describe(p)["service.name"], "unknown_service:"+p.executableName(); got != want {
		t.Errorf("service.name %q, want %q", got, want)
	}
	p.executable = ""
	if got, want := describe(p)["service.name"], "unknown_service"; got != want {
		t.Errorf("service.name %q, want %q", got, want)
	}
}

func TestDetectorsAreChosen(t *testing.T) {
	always := []string{
		"service.name", "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version",
		"telemetry.distro.name", "telemetry.distro.version",
	}
	for variable, more := range map[string][]string{
		"none":           nil,
		"nonsense":       nil,
		"none,cloud,vcs": nil,
		"Service":        {"service.instance.id"},
		"host,nonsense":  {"host.name", "host.arch", "os.type"},
	} {
		t.Setenv(detectorsVariable, variable)
		p := &process{getenv: func(string) string { return "" }, root: t.TempDir(), hostname: "h", goos: "plan9", executable: "x"}
		got := describe(p)
		want := map[string]bool{}
		for _, name := range append(always, more...) {
			want[name] = true
		}
		for name := range got {
			if !want[name] {
				t.Errorf("%s gives %s", variable, name)
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("%s does not give %v", variable, want)
		}
	}
}

func BenchmarkDescribe(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		encode(describe(thisProcess()))
	}
}

func TestReadIsBounded(t *testing.T) {
	p := &process{root: t.TempDir()}
	if err := os.WriteFile(p.root+"/large", make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := len(p.read("/large")); got != maxFile {
		t.Errorf("%d bytes, want %d", got, maxFile)
	}
	if got := p.read("/"); got != "" {
		t.Errorf("a folder holds %q", got)
	}
}
