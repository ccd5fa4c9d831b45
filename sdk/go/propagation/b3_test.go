package propagation

import (
	"strings"
	"testing"

	"go.weft.dev/sdk/trace"
)

func TestB3Single(t *testing.T) {
	ids := traceID + "-" + spanID
	sampled := trace.SpanContext{Flags: trace.FlagSampled}
	debug := trace.SpanContext{Flags: trace.FlagSampled, Debug: true}
	tests := []struct {
		field string
		ok    bool
		want  trace.SpanContext
	}{
		{ids + "-1", true, sampled},
		{ids + "-0", true, trace.SpanContext{}},
		{ids + "-d", true, debug},
		{ids, true, trace.SpanContext{Deferred: true}},
		{ids + "-1-" + spanID, true, sampled},
		{"", false, trace.SpanContext{}},
		{"0", false, trace.SpanContext{}},
		{"1", false, trace.SpanContext{}},
		{"d", false, trace.SpanContext{}},
		{traceID, false, trace.SpanContext{}},
		{ids + "-", false, trace.SpanContext{}},
		{ids + "-2", false, trace.SpanContext{}},
		{ids + "-true", false, trace.SpanContext{}},
		{ids + "-1-", false, trace.SpanContext{}},
		{ids + "-1-x", false, trace.SpanContext{}},
		{ids + "-1-" + spanID + "-1", false, trace.SpanContext{}},
		{strings.ToUpper(ids) + "-1", false, trace.SpanContext{}},
		{traceID[1:] + "-" + spanID + "-1", false, trace.SpanContext{}},
		{traceID + "0-" + spanID + "-1", false, trace.SpanContext{}},
		{traceID + "-" + spanID[1:] + "-1", false, trace.SpanContext{}},
		{strings.Repeat("0", 32) + "-" + spanID + "-1", false, trace.SpanContext{}},
		{traceID + "-" + strings.Repeat("0", 16) + "-1", false, trace.SpanContext{}},
	}
	for _, tt := range tests {
		sc, ok := parseB3Single(tt.field)
		if ok && (sc.TraceID.String() != traceID || sc.SpanID.String() != spanID) {
			t.Errorf("parseB3Single(%q) = %+v", tt.field, sc)
		}
		sc.TraceID, sc.SpanID = trace.TraceID{}, trace.SpanID{}
		if ok != tt.ok || sc != tt.want {
			t.Errorf("parseB3Single(%q) = %+v, %t", tt.field, sc, ok)
		}
	}
}

func TestB3Multi(t *testing.T) {
	const half = "48485a3953bb6124"
	tests := []struct {
		fields                  plain
		ok                      bool
		sampled, debug, unknown bool
	}{
		{plain{"x-b3-sampled": "1"}, true, true, false, false},
		{plain{"x-b3-sampled": "0"}, true, false, false, false},
		{plain{"x-b3-sampled": "true"}, true, true, false, false},
		{plain{"x-b3-sampled": "False"}, true, false, false, false},
		{plain{}, true, false, false, true},
		{plain{"x-b3-flags": "1"}, true, true, true, false},
		{plain{"x-b3-flags": "1", "x-b3-sampled": "0"}, true, true, true, false},
		{plain{"x-b3-flags": "0", "x-b3-sampled": "1"}, true, true, false, false},
		{plain{"x-b3-sampled": "d"}, false, false, false, false},
		{plain{"x-b3-sampled": "2"}, false, false, false, false},
		{plain{"x-b3-traceid": half, "x-b3-sampled": "1"}, true, true, false, false},
		{plain{"x-b3-traceid": "", "x-b3-sampled": "1"}, false, false, false, false},
		{plain{"x-b3-traceid": half[1:], "x-b3-sampled": "1"}, false, false, false, false},
		{plain{"x-b3-spanid": "", "x-b3-sampled": "1"}, false, false, false, false},
		{plain{"b3": "malformed", "x-b3-sampled": "1"}, true, true, false, false},
		{plain{"b3": "malformed"}, true, false, false, true},
	}
	for _, tt := range tests {
		want := traceID
		if id, ok := tt.fields["x-b3-traceid"]; !ok {
			tt.fields["x-b3-traceid"] = traceID
		} else if len(id) == 16 {
			want = strings.Repeat("0", 16) + id
		}
		if _, ok := tt.fields["x-b3-spanid"]; !ok {
			tt.fields["x-b3-spanid"] = spanID
		}
		sc := extractB3(tt.fields)
		if sc.IsValid() != tt.ok || sc.IsSampled() != tt.sampled || sc.Debug != tt.debug || sc.Deferred != tt.unknown {
			t.Errorf("extractB3(%v) = %+v", tt.fields, sc)
		}
		if tt.ok && sc.TraceID.String() != want {
			t.Errorf("extractB3(%v) = %+v, want trace %s", tt.fields, sc, want)
		}
	}
	single := plain{"b3": traceID + "-" + spanID + "-0", "x-b3-traceid": traceID, "x-b3-spanid": half, "x-b3-sampled": "1"}
	if sc := extractB3(single); sc.SpanID.String() != spanID || sc.IsSampled() {
		t.Errorf("the single field does not take precedence: %+v", sc)
	}
}
