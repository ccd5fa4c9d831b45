package baggage

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct{ header, want string }{
		{"", ""},
		{"a=1", "a=1"},
		{" a = 1 , b = 2 ", "a=1,b=2"},
		{"a=", "a="},
		{"a=b=c", "a=b=c"},
		{"a=%20x%2c", "a=%20x%2C"},
		{"a=%C3%A9", "a=%C3%A9"},
		{"a=%ff", "a=%EF%BF%BD"},
		{"a=1;p;q=2", "a=1;p;q=2"},
		{"a=1,a=2", "a=2"},
		{"a=1,bad,b=2", "a=1,b=2"},
		{"a b=1,b=2", "b=2"},
		{"=1,b=2", "b=2"},
		{"a=x y,b=2", "b=2"},
		{`a="x",b=2`, "b=2"},
		{"a=%zz,b=2", "b=2"},
		{"a=1;p q,b=2", "b=2"},
		{"é=1,b=2", "b=2"},
		{"a=" + strings.Repeat("x", maxBytes), ""},
		{"a=1,b=" + strings.Repeat("x", maxBytes), "a=1"},
		{"a=" + strings.Repeat("x", maxBytes-2) + ",b=1", "a=" + strings.Repeat("x", maxBytes-2)},
	}
	for _, tt := range tests {
		if got := Parse(tt.header).Header(); got != tt.want {
			t.Errorf("Parse(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

func TestLimits(t *testing.T) {
	var many []string
	var members []Member
	for i := range 100 {
		many = append(many, fmt.Sprintf("k%d=v", i))
		members = append(members, Member{Key: fmt.Sprint("k", i), Value: strings.Repeat("é", 100)})
	}
	if n := len(Parse(strings.Join(many, ",")).Members()); n != maxMembers {
		t.Errorf("%d members, want %d", n, maxMembers)
	}
	if b := New(members...); len(b.Header()) > maxBytes || len(b.Members()) == 0 {
		t.Errorf("%d bytes and %d members", len(b.Header()), len(b.Members()))
	}
}

func TestNew(t *testing.T) {
	b := New(Member{Key: "a", Value: "x,y é%"}, Member{Key: "bad key", Value: "1"}, Member{Key: "c", Value: "\xff"})
	if got, want := b.Header(), "a=x%2Cy%20%C3%A9%25"; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	if got := Parse(b.Header()).Value("a"); got != "x,y é%" {
		t.Errorf("comes back as %q", got)
	}
	ctx := NewContext(context.Background(), b)
	if FromContext(ctx) != b || FromContext(context.Background()) != nil {
		t.Error("the context does not carry the baggage")
	}
	if b := New(); b != nil || b.Header() != "" || b.Value("a") != "" || b.Members() != nil {
		t.Error("empty baggage is something")
	}
}

func TestMerge(t *testing.T) {
	a, b := Parse("a=1,b=1;p"), Parse("b=2,c=2")
	if got, want := a.Merge(b).Header(), "a=1,b=2,c=2"; got != want {
		t.Errorf("merged %q, want %q", got, want)
	}
	if a.Header() != "a=1,b=1;p" || b.Header() != "b=2,c=2" {
		t.Errorf("merging changes %q and %q", a.Header(), b.Header())
	}
	if a.Merge(nil) != a || (*Baggage)(nil).Merge(b) != b || a.Merge(&Baggage{}) != a || (*Baggage)(nil).Merge(nil) != nil {
		t.Error("merging with nothing changes something")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a=1;p=2,b=%20")
	f.Fuzz(func(t *testing.T, header string) {
		b := Parse(header)
		if again := Parse(b.Header()); again.Header() != b.Header() {
			t.Errorf("%q becomes %q", b.Header(), again.Header())
		}
		if len(b.Header()) > maxBytes || len(b.Members()) > maxMembers {
			t.Errorf("%d bytes, %d members", len(b.Header()), len(b.Members()))
		}
	})
}
