package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// variant is one way to instrument the shop, built.
type variant struct {
	name  string
	files string // directory of the executables shop and stock
}

// build makes the variants, or those of them that are named.
func build(directory string, only []string) ([]variant, error) {
	shop, err := filepath.Abs("../apps/shop")
	if err != nil {
		return nil, err
	}
	weft := os.Getenv("WEFT_BIN")
	if weft == "" {
		weft = filepath.Join(shop, "../../../target/release/weft")
	}
	var variants []variant
	for _, how := range []struct {
		name, directory string
		command         []string
	}{
		{"plain", shop, []string{"go", "build"}},
		{"woven", shop, []string{weft, "go", "build"}},
		{"handwritten", filepath.Join(shop, "handwritten"), []string{"go", "build"}},
	} {
		if len(only) > 0 && !slices.Contains(only, how.name) {
			continue
		}
		v := variant{how.name, filepath.Join(directory, how.name)}
		command := exec.Command(how.command[0], append(how.command[1:], "-o", v.files+"/", "./cmd/...")...)
		command.Dir = how.directory
		command.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "PWD="+how.directory)
		if output, err := command.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w\n%s", command, err, output)
		}
		variants = append(variants, v)
	}
	if len(variants) == 0 {
		return nil, fmt.Errorf("none of %v is plain, woven or handwritten", only)
	}
	return variants, nil
}
