// Package baggage holds the W3C baggage of a request (w3.org/TR/baggage): names
// and values that travel with it from service to service.
package baggage

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a baggage header (w3.org/TR/baggage, "Limits").
const (
	maxMembers = 64
	maxBytes   = 8192
)

// Member is one entry. Properties is what follows its value, as it was received,
// without the first semicolon.
type Member struct {
	Key, Value, Properties string
}

// Baggage is an immutable list of members with distinct keys. nil is an empty one.
type Baggage struct {
	members []Member
	header  string
	local   []Member // see Local
}

// New returns the baggage of the members that are well-formed and fit within the
// limits, nil when none is. Of two members with one key the last counts.
func New(members ...Member) *Baggage {
	b := &Baggage{}
	for _, m := range members {
		if isToken(m.Key) && utf8.ValidString(m.Value) && validProperties(m.Properties) {
			b.set(m)
		}
	}
	return b.finish()
}

func (b *Baggage) set(m Member) {
	for i := range b.members {
		if b.members[i].Key == m.Key {
			b.members[i] = m
			return
		}
	}
	b.members = append(b.members, m)
}

// finish drops what is over the limits and writes the header once.
func (b *Baggage) finish() *Baggage {
	var h strings.Builder
	kept := b.members[:0]
	for _, m := range b.members {
		text := m.Key + "=" + escape(m.Value)
		if m.Properties != "" {
			text += ";" + m.Properties
		}
		if h.Len() > 0 {
			text = "," + text
		}
		if len(kept) == maxMembers || h.Len()+len(text) > maxBytes {
			break
		}
		h.WriteString(text)
		kept = append(kept, m)
	}
	if len(kept) == 0 {
		return nil
	}
	b.members, b.header = kept, h.String()
	return b
}

// Header returns the value of the baggage header, "" for empty baggage.
func (b *Baggage) Header() string {
	if b == nil {
		return ""
	}
	return b.header
}

// Value returns the value of the member with that key, "" when there is none.
func (b *Baggage) Value(key string) string {
	for _, m := range b.Members() {
		if m.Key == key {
			return m.Value
		}
	}
	return ""
}

// Members returns the members, which the caller must not change.
func (b *Baggage) Members() []Member {
	if b == nil {
		return nil
	}
	return b.members
}

// Merge returns the members of b and of o, of which those of o count where both
// have a key.
func (b *Baggage) Merge(o *Baggage) *Baggage {
	merged := b
	switch {
	case len(o.Members()) == 0:
	case len(b.Members()) == 0:
		merged = o
	default:
		merged = New(append(slices.Clone(b.members), o.members...)...)
	}
	return merged.withLocalsOf(b).withLocalsOf(o)
}

// Parse reads a baggage header. Members that are malformed are left out, and so
// is what exceeds the limits; nil is empty baggage.
func Parse(header string) *Baggage {
	if header == "" {
		return nil
	}
	if len(header) > maxBytes {
		cut := strings.LastIndexByte(header[:maxBytes+1], ',')
		if cut < 0 {
			return nil
		}
		header = header[:cut]
	}
	b := &Baggage{}
	for text := range strings.SplitSeq(header, ",") {
		if len(b.members) == maxMembers {
			break
		}
		if m, ok := parseMember(text); ok {
			b.set(m)
		}
	}
	return b.finish()
}

func parseMember(text string) (m Member, ok bool) {
	pair, properties, _ := strings.Cut(text, ";")
	key, value, found := strings.Cut(pair, "=")
	if !found {
		return m, false
	}
	m.Key = strings.Trim(key, " \t")
	value = strings.Trim(value, " \t")
	m.Properties = strings.Trim(properties, " \t")
	if !isToken(m.Key) || !isBaggageOctets(value) || !validProperties(m.Properties) {
		return m, false
	}
	decoded, err := url.PathUnescape(value)
	if err != nil {
		return m, false
	}
	m.Value = strings.ToValidUTF8(decoded, "\uFFFD")
	return m, true
}

// validProperties reports whether s can stand after a member's semicolon.
func validProperties(s string) bool {
	if s == "" {
		return true
	}
	for property := range strings.SplitSeq(s, ";") {
		key, value, found := strings.Cut(property, "=")
		if !isToken(strings.Trim(key, " \t")) || found && !isBaggageOctets(strings.Trim(value, " \t")) {
			return false
		}
	}
	return true
}

// isToken reports whether s is a token (RFC 7230, section 3.2.6).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letterOrDigit := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letterOrDigit && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// isOctet reports whether c is a baggage-octet.
func isOctet(c byte) bool {
	return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'
}

func isBaggageOctets(s string) bool {
	for i := range len(s) {
		if !isOctet(s[i]) {
			return false
		}
	}
	return true
}

// escape percent-encodes what is not a baggage-octet, and the percent sign.
func escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isOctet(c) && c != '%' {
			b.WriteByte(c)
		} else {
			b.WriteString(string([]byte{'%', digits[c>>4], digits[c&15]}))
		}
	}
	return b.String()
}

// ContextKey is the key under which a context holds its baggage.
type ContextKey struct{}

// NewContext returns a context that carries b. An empty b takes away what ctx
// carries.
func NewContext(ctx context.Context, b *Baggage) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if b == nil {
		b = &Baggage{}
	}
	return context.WithValue(ctx, ContextKey{}, b)
}

// FromContext returns the baggage that ctx carries, nil when it carries none. A
// span that was started with a context has its baggage from there on, and the
// span's context none of its own: trace.Baggage looks at both.
func FromContext(ctx context.Context) *Baggage {
	if ctx == nil {
		return nil
	}
	b, _ := ctx.Value(ContextKey{}).(*Baggage)
	return b
}
