package conformance

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/semconv/dbconv"
	"go.weft.dev/sdk/semconv/httpconv"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// durations plays requests and queries.
func durations() {
	serve := func(method, target, pattern string, status int, panicked bool, header ...string) {
		r := httptest.NewRequest(method, target, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		s := httpconv.StartServer(scopeA, r)
		httpconv.SetRoute(r, pattern)
		if status > 0 {
			httpconv.WriteHeader(r, status)
		}
		s.End(panicked)
	}
	for range 2 {
		serve("GET", "/users/7", "GET /users/{id}", 200, false)
	}
	serve("BREW", "/", "", 500, false, "X-Forwarded-Proto", "https")
	serve("GET", "/users/7", "GET /users/{id}", 0, true)

	call := func(url string, response *http.Response, err error) {
		r, _ := http.NewRequest("GET", url, nil)
		httpconv.StartClient(scopeA, r).End(response, err)
	}
	call("http://shop.test/?q=secret", &http.Response{StatusCode: 200, ProtoMajor: 2}, nil)
	call("https://shop.test", &http.Response{StatusCode: 404, ProtoMajor: 1, ProtoMinor: 1}, nil)
	call("http://shop.test:81", nil, context.DeadlineExceeded)

	target := &dbconv.Target{System: dbconv.PostgreSQL, Namespace: "shop", Address: "db.test", Port: 5433}
	ctx := context.Background()
	dbconv.StartQuery(scopeB, ctx, target, "SELECT * FROM users WHERE name = 's3cret'").End(nil)
	dbconv.StartQuery(scopeB, ctx, target, "SELECT * FROM users WHERE name = 'another'").End(nil)
	dbconv.StartOperation(scopeB, ctx, &dbconv.Target{System: dbconv.SQLite}, "COMMIT").End(errors.New("odd"))
	lifecycle.Flush()
}

func TestDurations(t *testing.T) {
	t.Parallel()
	type labels = map[string]any
	want := map[string][]labels{
		"example/a http.server.request.duration": {
			{"http.request.method": "GET", "url.scheme": "http", "http.route": "/users/{id}", "network.protocol.version": "1.1", "http.response.status_code": int64(200)},
			{"http.request.method": "_OTHER", "url.scheme": "https", "network.protocol.version": "1.1", "http.response.status_code": int64(500), "error.type": "500"},
			{"http.request.method": "GET", "url.scheme": "http", "http.route": "/users/{id}", "network.protocol.version": "1.1", "error.type": "panic"},
		},
		"example/a http.client.request.duration": {
			{"http.request.method": "GET", "server.address": "shop.test", "server.port": int64(80), "network.protocol.version": "2", "http.response.status_code": int64(200)},
			{"http.request.method": "GET", "server.address": "shop.test", "server.port": int64(443), "network.protocol.version": "1.1", "http.response.status_code": int64(404), "error.type": "404"},
			{"http.request.method": "GET", "server.address": "shop.test", "server.port": int64(81), "error.type": "timeout"},
		},
		"example/b db.client.operation.duration": {
			{"db.system.name": "postgresql", "db.namespace": "shop", "db.operation.name": "SELECT", "db.collection.name": "users", "db.query.summary": "SELECT users", "server.address": "db.test", "server.port": int64(5433)},
			{"db.system.name": "sqlite", "db.operation.name": "COMMIT", "error.type": "_OTHER"},
		},
	}
	bounds := map[string][]float64{
		"example/a http.server.request.duration": {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10},
		"example/a http.client.request.duration": {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10},
		"example/b db.client.operation.duration": {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10},
	}
	for variable, sampled := range map[string]bool{
		"OTEL_TRACES_SAMPLER=always_on": true, "OTEL_TRACES_SAMPLER=always_off": false, "OTEL_TRACES_EXPORTER=none": true,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			s := newMetricSink(t)
			if _, stderr := run(t, "durations", s.sink, variable); stderr != "" {
				t.Error(stderr)
			}
			all := byName(s.received()[0])
			for name, want := range want {
				m := all[name]
				if m.GetUnit() != "s" || m.GetDescription() == "" {
					t.Errorf("%s: %v", name, m)
				}
				var got []labels
				for _, p := range m.GetHistogram().GetDataPoints() {
					got = append(got, attributes(p.Attributes))
					checkDuration(t, name, p, sampled)
					if !slices.Equal(p.ExplicitBounds, bounds[name]) {
						t.Errorf("%s: bounds %v", name, p.ExplicitBounds)
					}
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s:\ngot  %v\nwant %v", name, got, want)
				}
			}
		})
	}
}

func checkDuration(t *testing.T, name string, p *metricspb.HistogramDataPoint, sampled bool) {
	t.Helper()
	wanted := uint64(1)
	if a := attributes(p.Attributes); a["http.response.status_code"] == int64(200) && a["http.route"] != nil || a["db.collection.name"] != nil {
		wanted = 2
	}
	if p.Count != wanted || p.GetSum() <= 0 || p.GetSum() > 10 {
		t.Errorf("%s: %v", name, p)
	}
	if (len(p.Exemplars) > 0) != sampled {
		t.Errorf("%s: %d exemplars", name, len(p.Exemplars))
	}
}
