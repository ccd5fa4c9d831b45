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

// elsewhere has the variables that other tests set.
var elsewhere = map[string]string{
	"OTEL_CONFIG_FILE":              "TestConfigFile",
	"OTEL_METRICS_EXPORTER":         "export.TestMetricsExportersFromEnv",
	"OTEL_METRIC_EXPORT_INTERVAL":   "export.TestMetricTimesFromEnv",
	"OTEL_METRIC_EXPORT_TIMEOUT":    "export.TestMetricTimesFromEnv",
	"OTEL_EXPORTER_PROMETHEUS_HOST": "export.TestServePrometheusEnvironment",
	"OTEL_EXPORTER_PROMETHEUS_PORT": "export.TestServePrometheusEnvironment",
	"WEFT_RUNTIME_METRICS":          "TestRuntimeMetrics",

	"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE":        "export.TestReaderOfEnvironment",
	"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "export.TestReaderOfEnvironment",
	"OTEL_EXPORTER_OTLP_CERTIFICATE":                           "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE":                    "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_CLIENT_KEY":                            "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE":                    "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE":             "TestTLSEnvironment",
	"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY":                     "TestTLSEnvironment",
}

// TestEveryVariableIsTested looks for variables that the sources name and no test.
func TestEveryVariableIsTested(t *testing.T) {
	t.Parallel()
	tested := maps.Clone(elsewhere)
	for _, v := range variables(t) {
		tested[v.name] = "TestEnvironment"
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
			if tested[name[1]] == "" && !slices.ContainsFunc(slices.Collect(maps.Keys(tested)), isPrefix) {
				t.Errorf("%s: no test sets %s", path, name[1])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d variables found, %v", found, err)
	}
}
