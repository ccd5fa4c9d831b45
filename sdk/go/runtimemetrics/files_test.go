//go:build linux || darwin

package runtimemetrics

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOpenFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"0", "1", "2", "17"} { // the last is the folder itself
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := openFiles(folder); got != 3 {
		t.Errorf("%d open files, want 3", got)
	}
	if got := openFiles(filepath.Join(folder, "missing")); got != -1 {
		t.Errorf("%d open files in a folder that is missing", got)
	}
}
