// Package resource describes the program that sends telemetry
// (specification/resource/sdk.md).
package resource

import (
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"go.weft.dev/sdk/internal/env"
	"go.weft.dev/sdk/internal/queue"
	"go.weft.dev/sdk/internal/report"
)

// Encoded returns the Resource message (opentelemetry/proto/resource/v1). It is
// made once; the caller must not change it.
func Encoded() []byte {
	encodeOnce.Do(func() { encoded = encode(describe(thisProcess())) })
	return encoded
}

var (
	encodeOnce sync.Once
	encoded    []byte
)

// attributes are those of a resource, with values as config.Attribute has.
type attributes map[string]any

// set sets an attribute to a text, unless that is empty.
func (a attributes) set(name, value string) {
	if value != "" {
		a[name] = value
	}
}

// describe returns the attributes of the resource. What is configured takes
// precedence over what is detected.
func describe(p *process) attributes {
	a := detect(p)
	executable := p.executableName()
	a.set("telemetry.sdk.name", "weft")
	a.set("telemetry.sdk.language", "go")
	a.set("telemetry.sdk.version", queue.Version)
	a.set("telemetry.distro.name", "weft")
	a.set("telemetry.distro.version", queue.Version)

	const list = "OTEL_RESOURCE_ATTRIBUTES"
	given, ok := parse(env.String(list, ""))
	if !ok {
		report.Once("env "+list, "%s is not a list of key=value, ignoring it", env.Origin(list))
	}
	for name, value := range given {
		a[name] = value
	}
	for _, attribute := range env.ResourceAttributes() {
		a[attribute.Name] = attribute.Value
	}
	a.set("service.name", env.String("OTEL_SERVICE_NAME", ""))
	if a["service.name"] == nil || a["service.name"] == "" {
		a["service.name"] = strings.TrimSuffix("unknown_service:"+executable, ":")
	}
	if env.String("OTEL_ENTITIES", "") != "" {
		report.Once("env OTEL_ENTITIES", "OTEL_ENTITIES is not supported, ignoring it")
	}
	return a
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
