package propagation

import (
	"strings"
	"testing"
)

func TestJaegerContext(t *testing.T) {
	tests := []struct {
		field       string
		trace, span string // "" where the field is malformed
		sampled     bool
		debug       bool
	}{
		{traceID + ":" + spanID + ":0:1", traceID, spanID, true, false},
		{traceID + ":" + spanID + ":0:0", traceID, spanID, false, false},
		{traceID + ":" + spanID + ":0:00", traceID, spanID, false, false},
		{traceID + ":" + spanID + ":0:03", traceID, spanID, true, true},
		{traceID + ":" + spanID + ":0:2", traceID, spanID, false, false},
		{traceID + ":" + spanID + ":0:9", traceID, spanID, true, false},
		{traceID + ":" + spanID + ":" + spanID + ":1", traceID, spanID, true, false},
		{strings.ReplaceAll(traceID+":"+spanID+":0:1", ":", "%3A"), traceID, spanID, true, false},
		{strings.ReplaceAll(traceID+":"+spanID+":0:1", ":", "%3a"), traceID, spanID, true, false},
		{"1:2:0:1", strings.Repeat("0", 31) + "1", strings.Repeat("0", 15) + "2", true, false},
		{"48485a3953bb6124:2:0:1", "000000000000000048485a3953bb6124", strings.Repeat("0", 15) + "2", true, false},
		{"", "", "", false, false},
		{"0:2:0:1", "", "", false, false},
		{"1:0:0:1", "", "", false, false},
		{":2:0:1", "", "", false, false},
		{"1::0:1", "", "", false, false},
		{"1:2:0:", "", "", false, false},
		{"1:2:0", "", "", false, false},
		{"1:2:0:111", "", "", false, false},
		{"1:2:0:1:1", "", "", false, false},
		{"1:2:0:x", "", "", false, false},
		{"1%zz2:0:1", "", "", false, false},
		{"0" + traceID + ":" + spanID + ":0:1", "", "", false, false},
		{traceID + ":0" + spanID + ":0:1", "", "", false, false},
		{traceID + ":" + spanID + ":" + strings.Repeat("0", 200) + ":1", "", "", false, false},
	}
	for _, tt := range tests {
		sc, ok := parseJaegerContext(tt.field)
		if ok != (tt.trace != "") || sc.IsSampled() != tt.sampled || sc.Debug != tt.debug {
			t.Errorf("parseJaegerContext(%q) = %+v, %t", tt.field, sc, ok)
		}
		if ok && (sc.TraceID.String() != tt.trace || sc.SpanID.String() != tt.span) {
			t.Errorf("parseJaegerContext(%q) = %+v", tt.field, sc)
		}
	}
}
