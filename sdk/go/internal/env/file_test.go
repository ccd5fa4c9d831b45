package env

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.weft.dev/sdk/internal/config"
)

// use has values come from a file during a test.
func use(t *testing.T, path string, s *config.Settings) {
	t.Helper()
	settings()
	oldPath, old := source.path, source.settings
	source.path, source.settings = path, s
	t.Cleanup(func() { source.path, source.settings = oldPath, old })
}

func TestFileHidesVariables(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "from the environment")
	t.Setenv("WEFT_SIGNALS", "off")
	t.Setenv("resource.x", "from the environment")
	use(t, "f.yaml", &config.Settings{
		Values:     map[string]config.Value{"OTEL_BSP_MAX_QUEUE_SIZE": {Text: "5", Line: 3}, "resource.y": {Text: "z"}},
		Attributes: []config.Attribute{{Name: "a", Value: true}},
	})
	if got := String("OTEL_SERVICE_NAME", "default"); got != "default" {
		t.Errorf("OTEL_SERVICE_NAME is %q", got)
	}
	if got := String("WEFT_SIGNALS", "on"); got != "off" {
		t.Errorf("WEFT_SIGNALS is %q", got)
	}
	if got := Int("OTEL_BSP_MAX_QUEUE_SIZE", 1, 0); got != 5 {
		t.Errorf("OTEL_BSP_MAX_QUEUE_SIZE is %d", got)
	}
	if got := String("resource.y", ""); got != "z" {
		t.Errorf("resource.y is %q", got)
	}
	if got, want := Origin("OTEL_BSP_MAX_QUEUE_SIZE"), "f.yaml: line 3 (OTEL_BSP_MAX_QUEUE_SIZE)"; got != want {
		t.Errorf("origin %q, want %q", got, want)
	}
	if got := ResourceAttributes(); len(got) != 1 || !HasFile() {
		t.Errorf("attributes %v", got)
	}
}

func TestNoFile(t *testing.T) {
	t.Setenv("resource.x", "from the environment")
	use(t, "", nil)
	if got := String("resource.x", ""); got != "" {
		t.Errorf("resource.x is %q", got)
	}
	if got := Origin("OTEL_SERVICE_NAME"); got != "OTEL_SERVICE_NAME" || ResourceAttributes() != nil || HasFile() {
		t.Errorf("origin %q", got)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("NAME", "shop")
	s, err := parseFile(write("good.yaml", "file_format: '1.0'\nresource:\n  attributes_list: service.name=${NAME}\n"))
	if err != nil || s.Values["OTEL_RESOURCE_ATTRIBUTES"].Text != "service.name=shop" {
		t.Errorf("%v, %v", s, err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "missing"):       "no such file",
		dir:                                 "it is not a regular file",
		write("bad.yaml", "file_format: 7"): "line 1: file_format",
		write("large.yaml", strings.Repeat("\n", 1<<20+1)): "more than 1048576 bytes",
	} {
		_, err := parseFile(path)
		if err == nil || !strings.Contains(err.Error(), want) && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
		if s := readFile(path); s.Values["OTEL_SDK_DISABLED"].Text != "true" {
			t.Errorf("%s leaves telemetry on", path)
		}
	}
}

// FuzzList checks that parts of lists are clean, whatever the variable holds.
func FuzzList(f *testing.F) {
	f.Add("a, b,,A ")
	f.Fuzz(func(t *testing.T, value string) {
		if strings.Contains(value, "\x00") {
			return // no variable holds it
		}
		t.Setenv(variable, value)
		for _, part := range List(variable, "") {
			if part == "" || strings.Contains(part, ",") || strings.TrimSpace(part) != part {
				t.Errorf("%q has the part %q", value, part)
			}
		}
		seen := map[string]bool{}
		for _, part := range Enums(variable, "") {
			if seen[part] {
				t.Errorf("%q has %q twice", value, part)
			}
			seen[part] = true
		}
		Int(variable, 1, 0)
		Bool(variable)
	})
}
