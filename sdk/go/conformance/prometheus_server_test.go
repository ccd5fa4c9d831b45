//go:build backends

package conformance

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// prometheus is a running Prometheus server that scrapes one target.
type prometheus struct{ url string }

var listening = regexp.MustCompile(`msg="Listening on".* address=(\S+)`)

// startPrometheus starts a server that scrapes the target, a host and port. It is
// stopped, and must end well, with the test.
func startPrometheus(t *testing.T, target string) *prometheus {
	t.Helper()
	directory := t.TempDir()
	config := filepath.Join(directory, "prometheus.yml")
	// A label of the program's that Prometheus sets itself, such as job, becomes exported_job.
	err := os.WriteFile(config, []byte(fmt.Sprintf(
		"scrape_configs: [{job_name: app, scrape_interval: 1s, static_configs: [{targets: [%q]}]}]\n",
		target)), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(directory, "data"),
		"--web.listen-address=127.0.0.1:0", "--enable-feature=exemplar-storage")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: run 'just test-prometheus'", err)
	}
	lines := bufio.NewScanner(log)
	var tail []string
	var address string
	for address == "" && lines.Scan() {
		tail = append(tail, lines.Text())
		if match := listening.FindStringSubmatch(lines.Text()); match != nil {
			address = match[1]
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() {
			tail = append(tail, lines.Text())
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("Prometheus ends with %v:\n%s", err, strings.Join(tail, "\n"))
		}
		for _, line := range tail {
			if !strings.Contains(strings.ToLower(line), "level=info") && !strings.Contains(line, "Received SIGTERM") {
				t.Errorf("Prometheus complains: %s", line)
			}
		}
	})
	if address == "" {
		t.Fatal("Prometheus does not listen")
	}
	return &prometheus{"http://" + address}
}

// patience is for how long a server may take to get ready. It only bounds how long
// a failing test takes.
const patience = 30 * time.Second

// get asks the HTTP API and stores the answer's data in into.
func (p *prometheus) get(t *testing.T, path string, parameters url.Values, into any) {
	t.Helper()
	body := httpGet(t, p.url+"/api/v1/"+path+"?"+parameters.Encode(), "")
	answer := struct {
		Status, Error string
		Data          any
	}{Data: into}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Status != "success" {
		t.Fatalf("%s: %v %s", path, err, body)
	}
}

// httpGet returns the body of an answer of status 200.
func httpGet(t *testing.T, url, accept string) []byte {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", url, response.Status, err, body)
	}
	return body
}

// awaitScrape returns when the target has been scraped, and fails the test when
// Prometheus does not understand what it reads.
func (p *prometheus) awaitScrape(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var targets struct {
			ActiveTargets []struct{ Health, LastError string }
		}
		// The API answers 503 until the server is ready.
		response, err := http.Get(p.url + "/-/ready")
		if err == nil {
			_ = response.Body.Close()
		}
		if err == nil && response.StatusCode == http.StatusOK {
			p.get(t, "targets", nil, &targets)
		}
		for _, target := range targets.ActiveTargets {
			switch target.Health {
			case "up":
				return
			case "down":
				if !strings.Contains(target.LastError, "deadline exceeded") { // of one second, on a busy machine
					t.Fatalf("the scrape fails: %s", target.LastError)
				}
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no scrape: %v", targets)
		}
	}
}

// promtool checks the text format. Its remark on style about names that end in
// "count" is about those of semantic conventions, such as go.goroutine.count.
func promtool(t *testing.T, text []byte) {
	t.Helper()
	cmd := exec.Command("promtool", "check", "metrics")
	cmd.Stdin = strings.NewReader(string(text))
	out, err := cmd.CombinedOutput()
	remarks := 0
	for line := range strings.Lines(string(out)) {
		if !strings.HasSuffix(line, "should not have \"_count\" suffix\n") {
			t.Errorf("promtool: %s", line)
		}
		remarks++
	}
	const remarked = 3 // promtool's exit status
	if err != nil && (cmd.ProcessState.ExitCode() != remarked || remarks == 0) {
		t.Errorf("promtool: %v of\n%s", err, text)
	}
}

// TestPrometheusServer has a real Prometheus scrape the program "servedInstruments" and
// compares what it stored with what the program recorded.
func TestPrometheusServer(t *testing.T) {
	port := freePort(t)
	cmd := program(t, "servedInstruments", nil, "OTEL_METRICS_EXPORTER=prometheus", "OTEL_TRACES_EXPORTER=none",
		"OTEL_EXPORTER_PROMETHEUS_HOST=127.0.0.1", "OTEL_EXPORTER_PROMETHEUS_PORT="+port, "OTEL_SERVICE_NAME=shop",
		"OTEL_RESOURCE_ATTRIBUTES=team=a%22b,service.version=7")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	started(t, cmd)
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil || stderr.String() != "" {
			t.Errorf("the program ends with %v:\n%s", err, stderr.String())
		}
	})
	target := "127.0.0.1:" + port
	p := startPrometheus(t, target)

	text := httpGet(t, "http://"+target+"/metrics", "")
	promtool(t, text)
	p.awaitScrape(t)
	checkSamples(t, p, target)
	checkMetadata(t, p)
	checkExemplars(t, p)
}

// labelSet is a sample's labels, sorted and without those that the scrape adds.
func labelSet(labels map[string]string) string {
	var list []string
	for name, value := range labels {
		if name != "__name__" && name != "job" && name != "instance" {
			list = append(list, fmt.Sprintf("%s=%q", name, value))
		}
	}
	slices.Sort(list)
	return labels["__name__"] + "{" + strings.Join(list, ",") + "}"
}

func checkSamples(t *testing.T, p *prometheus, target string) {
	var answer struct {
		Result []struct {
			Metric map[string]string
			Value  [2]any
		}
	}
	p.get(t, "query", url.Values{"query": {`{job="app",__name__=~"test_.*"}`}}, &answer)
	got := map[string]string{}
	for _, r := range answer.Result {
		if r.Metric["instance"] != target {
			t.Errorf("instance is %s", r.Metric["instance"])
		}
		got[labelSet(r.Metric)] = fmt.Sprint(r.Value[1])
	}
	const (
		schema = `otel_scope_schema_url="` + schemaURL + `"`
		a      = `otel_scope_name="example/a",` + schema + `,otel_scope_version="1.2.3"`
		b      = `otel_scope_name="example/b",` + schema
		route  = `http_route="/a",`
	)
	want := map[string]string{
		`test_requests_total{` + route + a + `}`:           "5",
		`test_requests_total{` + a + `}`:                   "1",
		`test_busy_seconds_total{` + a + `}`:               "0.75",
		`test_open{` + a + `}`:                             "-2",
		`test_temperature_celsius{` + a + `}`:              "-3.5",
		`test_duration_seconds_count{` + route + a + `}`:   "5",
		`test_duration_seconds_sum{` + route + a + `}`:     "29.25",
		`test_size_bytes_count{` + b + `}`:                 "1",
		`test_size_bytes_sum{` + b + `}`:                   "7",
		`test_sent_bytes_total{` + b + `}`:                 "1000",
		`test_queued{exported_job="j",lane="1",` + b + `}`: "-4",
		`test_load{` + b + `}`:                             "0.75",
	}
	for bound, count := range map[string]string{"0.5": "1", "1.0": "2", "10.0": "4", "+Inf": "5"} {
		want[`test_duration_seconds_bucket{`+route+`le="`+bound+`",`+a+`}`] = count
	}
	for i, bound := range strings.Fields("0.0 5.0 10.0 25.0 50.0 75.0 100.0 250.0 500.0 750.0 1000.0 2500.0 5000.0 7500.0 10000.0 +Inf") {
		want[`test_size_bytes_bucket{le="`+bound+`",`+b+`}`] = strconv.Itoa(min(max(i-1, 0), 1))
	}
	for series, value := range want {
		if got[series] != value {
			t.Errorf("%s is %q, want %s", series, got[series], value)
		}
	}
	for series := range got {
		if want[series] == "" {
			t.Errorf("unexpected %s", series)
		}
	}

	p.get(t, "query", url.Values{"query": {`target_info{job="app"}`}}, &answer)
	if len(answer.Result) != 1 || answer.Result[0].Value[1] != "1" {
		t.Fatalf("target_info: %v", answer.Result)
	}
	labels := answer.Result[0].Metric
	for name, value := range map[string]string{
		"service_name": "shop", "service_version": "7", "team": `a"b`, "telemetry_sdk_language": "go",
	} {
		if labels[name] != value {
			t.Errorf("%s of target_info is %q, want %q", name, labels[name], value)
		}
	}
	if pid, err := strconv.Atoi(labels["process_pid"]); err != nil || pid <= 0 {
		t.Errorf("process_pid of target_info is %q", labels["process_pid"])
	}
}

func checkMetadata(t *testing.T, p *prometheus) {
	type metadata struct{ Type, Help, Unit string }
	var got map[string][]metadata
	p.get(t, "metadata", nil, &got)
	for name, want := range map[string]metadata{
		"test_requests":            {"counter", "Requests.", ""},
		"test_busy_seconds":        {"counter", "Time at work.", "seconds"},
		"test_open":                {"gauge", "Open connections.", ""},
		"test_temperature_celsius": {"gauge", "It's \"hot\", or\nnot \\.", "celsius"},
		"test_duration_seconds":    {"histogram", "Durations.", "seconds"},
		"test_size_bytes":          {"histogram", "Sizes.", "bytes"},
		"test_sent_bytes":          {"counter", "What was sent.", "bytes"},
		"test_queued":              {"gauge", "What waits.", ""},
		"test_load":                {"gauge", "Load.", ""},
		"target":                   {"info", "Target metadata", ""},
	} {
		if len(got[name]) != 1 || got[name][0] != want {
			t.Errorf("metadata of %s is %q, want %q", name, got[name], want)
		}
	}
}

func checkExemplars(t *testing.T, p *prometheus) {
	var series []struct {
		SeriesLabels map[string]string
		Exemplars    []struct {
			Labels    map[string]string
			Value     string
			Timestamp float64
		}
	}
	now := time.Now()
	p.get(t, "query_exemplars", url.Values{
		"query": {`{job="app"}`},
		"start": {now.Add(-time.Hour).Format(time.RFC3339)}, "end": {now.Add(time.Hour).Format(time.RFC3339)},
	}, &series)
	got := map[string]string{}
	for _, s := range series {
		for _, e := range s.Exemplars {
			if e.Labels["trace_id"] != hex.EncodeToString(remoteParent.TraceID[:]) || len(e.Labels["span_id"]) != 16 {
				t.Errorf("exemplar with %v", e.Labels)
			}
			if at := time.UnixMilli(int64(1000 * e.Timestamp)); now.Sub(at).Abs() > time.Hour {
				t.Errorf("exemplar of %v", at)
			}
			name := s.SeriesLabels["__name__"] + " " + s.SeriesLabels["le"]
			if got[name] != "" {
				t.Errorf("two exemplars of %s", name)
			}
			got[name] = e.Value
		}
	}
	want := map[string]string{"test_requests_total ": "3", "test_duration_seconds_bucket 10.0": "8"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("exemplars %v, want %v", got, want)
	}
}
