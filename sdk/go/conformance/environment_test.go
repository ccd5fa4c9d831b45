package conformance

import (
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outcome is what a program did: what it sent, and what it wrote.
type outcome struct {
	requests       []recorded
	stdout, stderr string
}

// variable is an environment variable of the OpenTelemetry specification, with what
// its values do. Unless a value says that it is warned of, stderr stays empty.
type variable struct {
	name    string
	program string   // "environment" unless it says otherwise
	with    []string // other variables; DEAD as a value is an address where nobody answers
	effect  func(*outcome) string
	noisy   bool // the effect judges stderr
	values  []value
}

type value struct {
	value string
	want  string // what effect returns
	warns string // what a warning says after the variable's name
}

// observe runs a program with its telemetry sent to a backend.
func observe(t *testing.T, name string, variables ...string) *outcome {
	t.Helper()
	r := newRecorder(t)
	return r.observe(t, name, variables...)
}

// observe runs a program. BACKEND in a value stands for the backend's URL, and
// HOST for its host and port.
func (r *recorder) observe(t *testing.T, name string, variables ...string) *outcome {
	t.Helper()
	host := r.Listener.Addr().String()
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	replace := strings.NewReplacer("BACKEND", r.URL, "HOST", host, "DEAD", "http://"+dead.Addr().String())
	all := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + r.URL, "OTEL_METRICS_EXPORTER=none"}
	for _, v := range variables {
		name, text, _ := strings.Cut(v, "=")
		all = append(all, name+"="+replace.Replace(text))
	}
	cmd := program(t, name, nil, all...)
	var o outcome
	o.stdout, o.stderr = output(t, cmd)
	r.mu.Lock()
	defer r.mu.Unlock()
	o.requests = r.requests
	return &o
}

func output(t *testing.T, cmd *exec.Cmd) (stdout, stderr string) {
	t.Helper()
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errOut.String())
	}
	return out.String(), errOut.String()
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, v := range variables(t) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, value := range v.values {
				check(t, v, value)
			}
		})
	}
}

func variables(t *testing.T) []variable {
	return slices.Concat(general(), tracing(), batching(), limiting(), exporting(), logging(), measurements(t))
}

func check(t *testing.T, v variable, value value) {
	t.Helper()
	name := v.program
	if name == "" {
		name = "environment"
	}
	o := observe(t, name, append(slices.Clone(v.with), v.name+"="+value.value)...)
	if got := v.effect(o); got != value.want {
		t.Errorf("%s=%q: %s, want %s\n%s", v.name, value.value, got, value.want, o.stderr)
	}
	switch {
	case v.noisy:
	case value.warns == "":
		if o.stderr != "" {
			t.Errorf("%s=%q: stderr %s", v.name, value.value, o.stderr)
		}
	case strings.Count(o.stderr, "\n") != 1 || !strings.HasPrefix(o.stderr, "weft: ") ||
		!strings.Contains(o.stderr, v.name) || !strings.Contains(o.stderr, value.warns):
		t.Errorf("%s=%q: stderr %s, want one warning with %s", v.name, value.value, o.stderr, value.warns)
	}
}

// specified are the variables of the specification
// (configuration/sdk-environment-variables.md, protocol/exporter.md,
// metrics/sdk_exporters/otlp.md). NAME_* stands for those of each signal besides.
const specified = `
	OTEL_SDK_DISABLED OTEL_ENTITIES OTEL_RESOURCE_ATTRIBUTES OTEL_SERVICE_NAME OTEL_LOG_LEVEL OTEL_PROPAGATORS
	OTEL_TRACES_SAMPLER OTEL_TRACES_SAMPLER_ARG
	OTEL_BSP_SCHEDULE_DELAY OTEL_BSP_EXPORT_TIMEOUT OTEL_BSP_MAX_QUEUE_SIZE OTEL_BSP_MAX_EXPORT_BATCH_SIZE
	OTEL_BLRP_SCHEDULE_DELAY OTEL_BLRP_EXPORT_TIMEOUT OTEL_BLRP_MAX_QUEUE_SIZE OTEL_BLRP_MAX_EXPORT_BATCH_SIZE
	OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT
	OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT OTEL_SPAN_EVENT_COUNT_LIMIT
	OTEL_SPAN_LINK_COUNT_LIMIT OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT OTEL_LINK_ATTRIBUTE_COUNT_LIMIT
	OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT
	OTEL_EXPORTER_OTLP_*ENDPOINT OTEL_EXPORTER_OTLP_*INSECURE OTEL_EXPORTER_OTLP_*CERTIFICATE
	OTEL_EXPORTER_OTLP_*CLIENT_KEY OTEL_EXPORTER_OTLP_*CLIENT_CERTIFICATE OTEL_EXPORTER_OTLP_*HEADERS
	OTEL_EXPORTER_OTLP_*COMPRESSION OTEL_EXPORTER_OTLP_*TIMEOUT OTEL_EXPORTER_OTLP_*PROTOCOL
	OTEL_EXPORTER_ZIPKIN_ENDPOINT OTEL_EXPORTER_ZIPKIN_TIMEOUT
	OTEL_EXPORTER_PROMETHEUS_HOST OTEL_EXPORTER_PROMETHEUS_PORT
	OTEL_TRACES_EXPORTER OTEL_METRICS_EXPORTER OTEL_LOGS_EXPORTER
	OTEL_METRICS_EXEMPLAR_FILTER OTEL_METRIC_EXPORT_INTERVAL OTEL_METRIC_EXPORT_TIMEOUT
	OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION
	OTEL_EXPERIMENTAL_CONFIG_FILE OTEL_CONFIG_FILE`

// TestEveryVariableIsTested looks for variables that the specification or the sources
// name and no test sets.
func TestEveryVariableIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{"OTEL_CONFIG_FILE": true} // TestConfigFile
	for _, v := range variables(t) {
		tested[v.name] = true
	}
	for _, s := range signals {
		for _, name := range tlsVariables {
			tested[s.prefix+name] = true // TestTLSEnvironment
		}
	}
	for _, name := range strings.Fields(specified) {
		names := []string{name}
		if prefix, rest, found := strings.Cut(name, "*"); found {
			names = []string{prefix + rest, prefix + "TRACES_" + rest, prefix + "METRICS_" + rest, prefix + "LOGS_" + rest}
		}
		for _, name := range names {
			if !tested[name] {
				t.Errorf("no test sets %s", name)
			}
		}
	}
	literal := regexp.MustCompile(`"((?:OTEL|WEFT)_[A-Z_]*[A-Z])"`)
	found := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			if entry != nil && entry.IsDir() && (entry.Name() == "conformance" || entry.Name() == "config") {
				return fs.SkipDir // the tests, and what translates a file into variables
			}
			return err
		}
		source, err := os.ReadFile(path)
		for _, name := range literal.FindAllStringSubmatch(string(source), -1) {
			found++
			isPrefix := func(v string) bool { return strings.HasPrefix(v, name[1]+"_") }
			if !tested[name[1]] && !slices.ContainsFunc(slices.Collect(maps.Keys(tested)), isPrefix) {
				t.Errorf("%s: no test sets %s", path, name[1])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d variables found, %v", found, err)
	}
}
