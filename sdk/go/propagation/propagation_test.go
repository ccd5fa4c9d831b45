package propagation

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/internal/goroutine"
	"go.weft.dev/sdk/trace"
)

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	spanID  = "b7ad6b7169203331"
)

func TestTraceparent(t *testing.T) {
	valid := "00-" + traceID + "-" + spanID
	tests := []struct {
		header string
		ok     bool
		flags  byte
	}{
		{valid + "-01", true, 1},
		{valid + "-00", true, 0},
		{valid + "-03", true, 3},
		{valid + "-ff", true, 3},
		{" " + valid + "-01\t", true, 1},
		{"01-" + traceID + "-" + spanID + "-01", true, 1},
		{"01-" + traceID + "-" + spanID + "-01-more", true, 1},
		{"cc-" + traceID + "-" + spanID + "-01-", true, 1},
		{"", false, 0},
		{"00", false, 0},
		{valid, false, 0},
		{valid + "-1", false, 0},
		{valid + "-01-more", false, 0},
		{valid + "-01.", false, 0},
		{"01-" + traceID + "-" + spanID + "-01.", false, 0},
		{valid + "-0x", false, 0},
		{"ff-" + traceID + "-" + spanID + "-01", false, 0},
		{"FF-" + traceID + "-" + spanID + "-01", false, 0},
		{"0g-" + traceID + "-" + spanID + "-01", false, 0},
		{"00-" + strings.ToUpper(traceID) + "-" + spanID + "-01", false, 0},
		{"00-" + strings.Repeat("0", 32) + "-" + spanID + "-01", false, 0},
		{"00-" + traceID + "-" + strings.Repeat("0", 16) + "-01", false, 0},
		{"00_" + traceID + "-" + spanID + "-01", false, 0},
		{"00-" + traceID + "_" + spanID + "-01", false, 0},
		{"00-" + traceID + "-" + spanID + "_01", false, 0},
	}
	for _, tt := range tests {
		sc, ok := parseTraceparent(tt.header)
		if ok != tt.ok || sc.Flags != tt.flags {
			t.Errorf("parseTraceparent(%q) = %v, %t", tt.header, sc, ok)
		}
		if ok && (sc.TraceID.String() != traceID || sc.SpanID.String() != spanID) {
			t.Errorf("parseTraceparent(%q) = %v", tt.header, sc)
		}
		if !ok && sc != (trace.SpanContext{}) {
			t.Errorf("parseTraceparent(%q) fails with %v", tt.header, sc)
		}
	}
}

func TestTracestate(t *testing.T) {
	many := make([]string, 33)
	for i := range many {
		many[i] = "k" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=v"
	}
	tests := []struct{ header, want string }{
		{"", ""},
		{"a=1", "a=1"},
		{" a=1 ,\tb=2,", "a=1,b=2"},
		{"a=1,,b=2", "a=1,b=2"},
		{"tenant@system=x y", "tenant@system=x y"},
		{"1a=1", "1a=1"},
		{"a=1,a=2", ""},
		{"A=1", ""},
		{"_a=1", ""},
		{"a=", ""},
		{"=1", ""},
		{"a", ""},
		{"a=b=c", ""},
		{"a=\x01", ""},
		{"a=é", ""},
		{strings.Repeat("k", 256) + "=1", strings.Repeat("k", 256) + "=1"},
		{strings.Repeat("k", 257) + "=1", ""},
		{"a=" + strings.Repeat("v", 256), "a=" + strings.Repeat("v", 256)},
		{"a=" + strings.Repeat("v", 257), ""},
		{strings.Join(many[:32], ","), strings.Join(many[:32], ",")},
		{strings.Join(many, ","), ""},
	}
	for _, tt := range tests {
		if got := parseTracestate(tt.header); got != tt.want {
			t.Errorf("parseTracestate(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	tests := []struct {
		propagators string
		trace       bool
		baggage     bool
	}{
		{"", true, true},
		{"tracecontext", true, false},
		{"baggage", false, true},
		{"none", false, false},
		{"tracecontext,unknown", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.propagators, func(t *testing.T) {
			t.Setenv("OTEL_PROPAGATORS", tt.propagators)
			configured.Store(formatsFromEnv())
			in := http.Header{
				"Traceparent": {"00-" + traceID + "-" + spanID + "-01"},
				"Tracestate":  {"a=1", "b=2"},
				"Baggage":     {"user=ada", "tenant=x%2Cy;p=1"},
			}
			sc, b := Extract(in)
			if sc.IsValid() != tt.trace || (b != nil) != tt.baggage {
				t.Fatalf("extracted %v and %q", sc, b.Header())
			}
			if tt.trace && (sc.State != "a=1,b=2" || !sc.Remote || !sc.IsSampled()) {
				t.Errorf("extracted %+v", sc)
			}
			if tt.baggage && (b.Value("user") != "ada" || b.Value("tenant") != "x,y") {
				t.Errorf("extracted %q", b.Header())
			}
			ctx := baggage.NewContext(context.Background(), b)
			span, _ := trace.StartRemote(ctx, sc, "server", trace.KindServer)
			defer span.End()

			out := http.Header{}
			Inject(context.Background(), nil, out) // finds both by the goroutine
			want := 0
			if tt.trace {
				want += 2
				id := span.SpanContext()
				if got := out.Get("traceparent"); got != "00-"+traceID+"-"+id.SpanID.String()+"-01" {
					t.Errorf("traceparent %q", got)
				}
				if got := out.Get("tracestate"); got != "a=1,b=2" {
					t.Errorf("tracestate %q", got)
				}
			} else if out.Get("traceparent") != "" && !strings.Contains(tt.propagators, "tracecontext") {
				t.Error("traceparent although it is not asked for")
			}
			if tt.baggage {
				want++
				if got := out.Get("baggage"); got != "user=ada,tenant=x%2Cy;p=1" {
					t.Errorf("baggage %q", got)
				}
			}
			if len(out) != want {
				t.Errorf("injected %v, want %d fields", out, want)
			}
		})
	}
	configured.Store(nil)
}

func FuzzExtract(f *testing.F) {
	f.Add("00-"+traceID+"-"+spanID+"-01", "a=1,b=2", "k=v;p=1,x=%20")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, parent, state, bag string) {
		configured.Store(&formats{traceContext: true, baggage: true})
		sc, b := Extract(http.Header{"Traceparent": {parent}, "Tracestate": {state}, "Baggage": {bag}})
		if sc.IsValid() {
			again, ok := parseTraceparent(formatTraceparent(sc))
			again.Remote, again.State = true, sc.State
			if !ok || again != sc {
				t.Errorf("%+v becomes %+v", sc, again)
			}
		}
		if parseTracestate(sc.State) != sc.State {
			t.Errorf("tracestate %q is not stable", sc.State)
		}
		if again := baggage.Parse(b.Header()); again.Header() != b.Header() {
			t.Errorf("baggage %q becomes %q", b.Header(), again.Header())
		}
	})
}
