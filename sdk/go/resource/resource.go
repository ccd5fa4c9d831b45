// Package resource describes the program that sends telemetry
// (specification/resource/sdk.md).
package resource

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
	"go.weft.dev/sdk/internal/wire"
)

// Encoded returns the Resource message (opentelemetry/proto/resource/v1). It is
// made once; the caller must not change it.
func Encoded() []byte { return encoded() }

var encoded = sync.OnceValue(func() []byte { return encode(detect()) })

const tagAttributes = 1<<3 | wire.Bytes

func encode(attributes map[string]any) []byte {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		key := attribute.NewKey(name)
		switch v := attributes[name].(type) {
		case string:
			b = attribute.AppendString(b, tagAttributes, key, v)
		case int:
			b = attribute.AppendInt(b, tagAttributes, key, int64(v))
		}
	}
	return b
}

// detect returns the resource's attributes, with values of type string or int.
// What the environment says takes precedence. The command line is left out: it
// may hold secrets.
func detect() map[string]any {
	executable := executableName()
	r := map[string]any{
		"service.name":                "unknown_service:" + executable,
		"telemetry.sdk.name":          "weft",
		"telemetry.sdk.language":      "go",
		"telemetry.sdk.version":       queue.Version,
		"telemetry.distro.name":       "weft",
		"telemetry.distro.version":    queue.Version,
		"process.pid":                 os.Getpid(),
		"process.executable.name":     executable,
		"process.runtime.name":        "go",
		"process.runtime.version":     runtime.Version(),
		"process.runtime.description": "go version " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
		"os.type":                     osType(),
		"host.arch":                   hostArch(),
	}
	if host, err := os.Hostname(); err == nil {
		r["host.name"] = host
	}
	const name = "OTEL_RESOURCE_ATTRIBUTES"
	given, ok := parse(env.String(name, ""))
	if !ok {
		report.Once("env "+name, "%s is not a list of key=value, ignoring it", name)
	}
	for k, v := range given {
		r[k] = v
	}
	if service := env.String("OTEL_SERVICE_NAME", ""); service != "" {
		r["service.name"] = service
	}
	return r
}

func executableName() string {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return filepath.Base(path)
}

// parse reads key=value pairs whose keys and values are percent-encoded. Any
// error voids the whole list (resource/sdk.md#specifying-resource-information-via-an-environment-variable).
func parse(list string) (map[string]string, bool) {
	attributes := make(map[string]string)
	for pair := range strings.SplitSeq(list, ",") {
		pair = strings.TrimSpace(pair)
		if pair == "" {
			continue
		}
		k, v, found := strings.Cut(pair, "=")
		key, keyErr := url.PathUnescape(strings.TrimSpace(k))
		value, valueErr := url.PathUnescape(strings.TrimSpace(v))
		if !found || key == "" || keyErr != nil || valueErr != nil || !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, false
		}
		attributes[key] = value
	}
	return attributes, true
}

// osType is the value of os.type for GOOS.
func osType() string {
	switch runtime.GOOS {
	case "dragonfly":
		return "dragonflybsd"
	case "zos":
		return "z_os"
	default:
		return runtime.GOOS
	}
}

// hostArch is the value of host.arch for GOARCH.
func hostArch() string {
	switch runtime.GOARCH {
	case "386":
		return "x86"
	case "arm":
		return "arm32"
	default:
		return runtime.GOARCH
	}
}
