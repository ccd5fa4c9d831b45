package propagation

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
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

// header is a carrier with all that one may have.
type header map[string][]string

func (h header) Set(key, value string)      { h[key] = []string{value} }
func (h header) Values(key string) []string { return h[key] }
func (h header) Keys() []string             { return slices.Collect(maps.Keys(h)) }
func (h header) Get(key string) string {
	if values := h[key]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// plain is a carrier that can do the least.
type plain map[string]string

func (p plain) Set(key, value string) { p[key] = value }
func (p plain) Get(key string) string { return p[key] }

func use(t testing.TB, formats ...format) {
	configured.Store(&formats)
	t.Cleanup(func() { configured.Store(nil) })
}

func TestFormatsFromEnv(t *testing.T) {
	for value, want := range map[string][]format{
		"":                                  {formatTraceContext, formatBaggage},
		" , ":                               {formatTraceContext, formatBaggage},
		"none":                              nil,
		"baggage, TraceContext":             {formatBaggage, formatTraceContext},
		"b3":                                {formatB3},
		"b3multi,b3,b3multi":                {formatB3Multi, formatB3},
		"jaeger,none":                       {formatJaeger},
		"tracecontext,unknown":              {formatTraceContext},
		"unknown,none":                      nil,
		"xray,ottrace":                      {formatTraceContext, formatBaggage},
		"tracecontext,baggage,b3,jaeger,b3": {formatTraceContext, formatBaggage, formatB3, formatJaeger},
	} {
		t.Setenv("OTEL_PROPAGATORS", value)
		if got := formatsFromEnv(); !slices.Equal(got, want) {
			t.Errorf("%q gives %v, want %v", value, got, want)
		}
	}
}

// What comes in in each format goes out in it, with the span's id.
func TestRoundTrip(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	goroutine.Clear(nil)
	const parentTrace = "00-" + traceID + "-" + spanID + "-01"
	tests := []struct {
		propagators string
		in, out     plain // SPAN stands for the span's id
	}{
		{"", plain{"traceparent": parentTrace, "tracestate": "a=1,b=2", "baggage": "user=ada,tenant=x%2Cy;p=1"},
			plain{"traceparent": "00-" + traceID + "-SPAN-01", "tracestate": "a=1,b=2", "baggage": "user=ada,tenant=x%2Cy;p=1"}},
		{"tracecontext", plain{"traceparent": parentTrace, "baggage": "user=ada"},
			plain{"traceparent": "00-" + traceID + "-SPAN-01"}},
		{"baggage,b3", plain{"b3": traceID + "-" + spanID + "-1", "baggage": "user=ada"},
			plain{"b3": traceID + "-SPAN-1", "baggage": "user=ada"}},
		{"b3", plain{"b3": traceID + "-" + spanID + "-d"}, plain{"b3": traceID + "-SPAN-d"}},
		{"b3", plain{"b3": traceID + "-" + spanID + "-0"}, plain{"b3": traceID + "-SPAN-0"}},
		{"b3", plain{"b3": traceID + "-" + spanID}, plain{"b3": traceID + "-SPAN-1"}},
		{"b3", plain{"x-b3-traceid": traceID, "x-b3-spanid": spanID, "x-b3-sampled": "1"}, plain{"b3": traceID + "-SPAN-1"}},
		{"b3", plain{"b3": "48485a3953bb6124-" + spanID + "-1"}, plain{"b3": "000000000000000048485a3953bb6124-SPAN-1"}},
		{"b3multi", plain{"x-b3-traceid": traceID, "x-b3-spanid": spanID, "x-b3-sampled": "0", "x-b3-parentspanid": spanID},
			plain{"x-b3-traceid": traceID, "x-b3-spanid": "SPAN", "x-b3-sampled": "0"}},
		{"b3multi", plain{"x-b3-traceid": traceID, "x-b3-spanid": spanID, "x-b3-flags": "1"},
			plain{"x-b3-traceid": traceID, "x-b3-spanid": "SPAN", "x-b3-flags": "1"}},
		{"b3multi", plain{"b3": traceID + "-" + spanID + "-1"},
			plain{"x-b3-traceid": traceID, "x-b3-spanid": "SPAN", "x-b3-sampled": "1"}},
		{"jaeger", plain{"uber-trace-id": traceID + ":" + spanID + ":0:1", "jaeger-baggage": "user=ada,x=a%20b"},
			plain{"uber-trace-id": traceID + ":SPAN:0:1", "uberctx-user": "ada", "uberctx-x": "a+b"}},
		{"jaeger", plain{"uber-trace-id": traceID + ":" + spanID + ":0:3"}, plain{"uber-trace-id": traceID + ":SPAN:0:3"}},
		{"jaeger", plain{"uber-trace-id": traceID + ":" + spanID + ":0:0"}, plain{"uber-trace-id": traceID + ":SPAN:0:0"}},
		{"tracecontext,jaeger", plain{"traceparent": parentTrace},
			plain{"traceparent": "00-" + traceID + "-SPAN-01", "uber-trace-id": traceID + ":SPAN:0:1"}},
		{"none", plain{"traceparent": parentTrace, "baggage": "user=ada", "b3": traceID + "-" + spanID + "-1"}, plain{}},
	}
	for _, tt := range tests {
		t.Run(tt.propagators, func(t *testing.T) {
			t.Setenv("OTEL_PROPAGATORS", tt.propagators)
			use(t, formatsFromEnv()...)
			sc, b := Extract(tt.in)
			if sc.IsValid() && !sc.Remote {
				t.Error("the context is not remote")
			}
			span, _ := trace.StartRemote(baggage.NewContext(context.Background(), b), sc, "server", trace.KindServer)
			defer span.End()
			out := plain{}
			Inject(context.Background(), nil, out) // finds both by the goroutine
			for key, value := range tt.out {
				tt.out[key] = strings.ReplaceAll(value, "SPAN", span.SpanID().String())
			}
			if !maps.Equal(out, tt.out) {
				t.Errorf("injected %v, want %v", out, tt.out)
			}
		})
	}
}

// The last format that finds something counts, and baggage is put together.
func TestSeveralFormats(t *testing.T) {
	const other = "1000000000000001"
	in := header{
		"traceparent":   {"00-" + traceID + "-" + spanID + "-01"},
		"tracestate":    {"a=1"},
		"b3":            {traceID + "-" + other + "-0"},
		"baggage":       {"a=1,b=1", "c=1"},
		"uberctx-b":     {"2"},
		"uberctx-d":     {"x%2Cy"},
		"uberctx-bad ":  {"1"},
		"uberctx-worse": {"%zz"},
	}
	use(t, formatTraceContext, formatBaggage, formatB3, formatJaeger)
	sc, b := Extract(in)
	if sc.SpanID.String() != other || sc.State != "" || sc.IsSampled() || !sc.Remote {
		t.Errorf("extracted %+v", sc)
	}
	if got, want := b.Header(), "a=1,b=2,c=1,d=x%2Cy"; got != want {
		t.Errorf("baggage %q, want %q", got, want)
	}
	use(t, formatB3, formatTraceContext)
	if sc, _ := Extract(in); sc.SpanID.String() != spanID || sc.State != "a=1" || !sc.IsSampled() {
		t.Errorf("extracted %+v", sc)
	}
	delete(in, "traceparent")
	if sc, _ := Extract(in); sc.SpanID.String() != other || sc.State != "" {
		t.Errorf("extracted %+v", sc)
	}
}

// Two parents are none (w3.org/TR/trace-context-2#traceparent-header).
func TestTwoTraceparents(t *testing.T) {
	use(t, formatTraceContext)
	h := "00-" + traceID + "-" + spanID + "-01"
	if sc, _ := Extract(header{"traceparent": {h, h}, "tracestate": {"a=1"}}); sc != (trace.SpanContext{}) {
		t.Errorf("extracted %+v", sc)
	}
	if sc, _ := Extract(header{"traceparent": {h}, "tracestate": {"a=1", "b=2"}}); sc.State != "a=1,b=2" {
		t.Errorf("extracted %+v", sc)
	}
}

// Baggage that was taken away does not go out.
func TestNoBaggage(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	use(t, formatBaggage)
	ctx := baggage.NewContext(context.Background(), baggage.Parse("a=1"))
	span, ctx := trace.Start(ctx, "s", trace.KindInternal)
	defer span.End()
	out := plain{}
	if Inject(ctx, span, out); out["baggage"] != "a=1" {
		t.Errorf("injected %v", out)
	}
	out = plain{}
	if Inject(baggage.NewContext(ctx, nil), span, out); len(out) != 0 {
		t.Errorf("injected %v", out)
	}
}

// By default, what is injected costs the text of the traceparent.
func TestInjectAllocations(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	use(t, formatTraceContext, formatBaggage)
	span, ctx := trace.Start(context.Background(), "s", trace.KindInternal)
	defer span.End()
	out := plain{"traceparent": ""}
	if n := testing.AllocsPerRun(100, func() { Inject(ctx, span, out) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkInject(b *testing.B) {
	b.Setenv("OTEL_TRACES_EXPORTER", "none")
	use(b, formatTraceContext, formatBaggage)
	span, ctx := trace.Start(context.Background(), "s", trace.KindInternal)
	defer span.End()
	out := plain{}
	b.ReportAllocs()
	for b.Loop() {
		Inject(ctx, span, out)
	}
}

func BenchmarkExtract(b *testing.B) {
	use(b, formatTraceContext, formatBaggage)
	var requests [1024]plain // of different ids: a processor learns those that come again
	for i := range requests {
		sc := trace.SpanContext{Flags: trace.FlagSampled}
		for j := range sc.TraceID {
			sc.TraceID[j] = byte(rand.Uint32())
		}
		copy(sc.SpanID[:], sc.TraceID[:])
		requests[i] = plain{"traceparent": formatTraceparent(sc)}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Extract(requests[i%len(requests)])
	}
}

func FuzzTraceparent(f *testing.F) {
	f.Add("00-" + traceID + "-" + spanID + "-01")
	f.Add("cc-" + traceID + "-" + spanID + "-03-more")
	f.Fuzz(func(t *testing.T, h string) {
		sc, ok := parseTraceparent(h)
		if ok != sc.IsValid() {
			t.Errorf("%q gives %+v, %t", h, sc, ok)
		}
		if again, ok := parseTraceparent(formatTraceparent(sc)); ok != sc.IsValid() || again != sc {
			t.Errorf("%+v becomes %+v", sc, again)
		}
	})
}

func FuzzTracestate(f *testing.F) {
	f.Add("a=1, b@c=2,,")
	f.Fuzz(func(t *testing.T, h string) {
		state := parseTracestate(h)
		if again := parseTracestate(state); again != state || len(state) > len(h) {
			t.Errorf("%q becomes %q and %q", h, state, again)
		}
	})
}

func FuzzB3(f *testing.F) {
	f.Add(traceID+"-"+spanID+"-d-"+spanID, "", "", "", "")
	f.Add("0", traceID, spanID, "true", "1")
	f.Fuzz(func(t *testing.T, single, traceID, spanID, sampled, flags string) {
		sc := extractB3(plain{
			b3Key: single, b3TraceIDKey: traceID, b3SpanIDKey: spanID, b3SampledKey: sampled, b3FlagsKey: flags,
		})
		if !sc.IsValid() {
			if sc != (trace.SpanContext{}) {
				t.Errorf("fails with %+v", sc)
			}
			return
		}
		if again, ok := parseB3Single(formatB3Single(sc)); !ok || again != sc {
			t.Errorf("%+v becomes %+v", sc, again)
		}
		multi := plain{}
		injectB3Multi(sc, multi)
		if again := extractB3(multi); again != sc {
			t.Errorf("%+v becomes %+v by %v", sc, again, multi)
		}
	})
}

func FuzzJaeger(f *testing.F) {
	f.Add(traceID+":"+spanID+":0:1", "a b", "k=v")
	f.Add("1%3A2%3A0%3A3", "%zz", "")
	f.Fuzz(func(t *testing.T, id, value, bag string) {
		if sc, ok := parseJaegerContext(id); ok {
			if again, ok := parseJaegerContext(formatJaegerContext(sc)); !ok || again != sc {
				t.Errorf("%+v becomes %+v", sc, again)
			}
		} else if sc != (trace.SpanContext{}) {
			t.Errorf("%q fails with %+v", id, sc)
		}
		b := extractJaegerBaggage(header{"uberctx-k": {value}, jaegerBaggageKey: {bag}})
		out := header{}
		injectJaegerBaggage(b, out)
		again := extractJaegerBaggage(out)
		for _, m := range b.Members() {
			if again.Value(m.Key) != m.Value {
				t.Errorf("baggage %q becomes %q", b.Header(), again.Header())
			}
		}
	})
}

func TestFields(t *testing.T) {
	defer configured.Store(configured.Load())
	for value, want := range map[string]string{
		"":               "traceparent tracestate baggage",
		"b3,jaeger":      "b3 uber-trace-id",
		"b3multi":        "x-b3-traceid x-b3-spanid x-b3-sampled x-b3-flags",
		"none":           "",
		"jaeger,baggage": "uber-trace-id baggage",
	} {
		t.Setenv("OTEL_PROPAGATORS", value)
		formats := formatsFromEnv()
		configured.Store(&formats)
		if got := strings.Join(Fields(), " "); got != want {
			t.Errorf("with OTEL_PROPAGATORS=%s: %q, want %q", value, got, want)
		}
	}
}
