package httpconv

import (
	"net/url"
	"strings"
)

// Redacted replaces what must not leave the program.
// (semconv url.full, url.query)
const Redacted = "REDACTED"

// secretKeys are query parameters whose values are credentials, in lower case. The first four are
// the convention's own list; the others are what services in wide use call theirs.
var secretKeys = map[string]bool{
	"awsaccesskeyid":       true,
	"signature":            true,
	"sig":                  true,
	"x-goog-signature":     true,
	"x-goog-credential":    true,
	"x-amz-signature":      true,
	"x-amz-credential":     true,
	"x-amz-security-token": true,
	"access_token":         true,
	"refresh_token":        true,
	"id_token":             true,
	"token":                true,
	"auth":                 true,
	"authorization":        true,
	"api_key":              true,
	"api-key":              true,
	"apikey":               true,
	"client_secret":        true,
	"secret":               true,
	"password":             true,
	"passwd":               true,
	"pwd":                  true,
	"private_key":          true,
	"session":              true,
	"sessionid":            true,
	"jwt":                  true,
	"key":                  true, // of Google's services
	"x-api-key":            true,
	"subscription-key":     true, // Azure
	"code":                 true, // OAuth 2.0 (RFC 6749, section 4.1.2)
	"code_verifier":        true, // RFC 7636
	"client_assertion":     true, // RFC 7521
	"id_token_hint":        true, // OpenID Connect
	"samlresponse":         true,
	"otp":                  true,
}

// longestSecretKey bounds what redactQuery lower-cases and looks up.
const longestSecretKey = 32

// redactURL returns u as text, without user name, password and the values of secret parameters.
func redactURL(u *url.URL) string {
	if u.Opaque != "" {
		u = withoutOpaque(u)
	}
	query := redactQuery(u.RawQuery)
	if u.User == nil && query == u.RawQuery && u.Fragment == "" {
		return text(u)
	}
	clean := *u
	clean.RawQuery, clean.Fragment, clean.RawFragment = query, "", ""
	if u.User != nil {
		clean.User = url.User(Redacted)
		if _, has := u.User.Password(); has {
			clean.User = url.UserPassword(Redacted, Redacted)
		}
	}
	if u.Fragment == "" {
		return clean.String()
	}
	return clean.String() + "#" + redactQuery(u.EscapedFragment()) // a redirect may bring an access_token
}

// withoutOpaque returns in parts, as far as it has any, what the Opaque of a URL stands for: all that
// follows its scheme, or, of a request, its path and query as they are to be sent
// (net/url.URL.RequestURI), in which proxies keep how a client has spelled them.
func withoutOpaque(u *url.URL) *url.URL {
	opaque := u.Opaque
	switch {
	case strings.HasPrefix(opaque, "//"): // has its own host
	case u.Host != "" && opaque[0] == '/':
		opaque = "//" + u.Host + opaque
	case u.Host != "" && opaque == "*":
		opaque = "//" + u.Host // OPTIONS * (RFC 9110, section 7.1)
	case strings.ContainsAny(opaque, "@?"):
		opaque = Redacted
	}
	whole := u.Scheme + ":" + opaque
	if u.RawQuery != "" {
		whole += "?" + u.RawQuery
	}
	parsed, err := url.Parse(whole)
	if err != nil {
		return &url.URL{Scheme: u.Scheme, Opaque: Redacted}
	}
	return parsed
}

// text is u.String, which looks at each part three times, for URLs of which most consist.
func text(u *url.URL) string {
	path := u.Path
	if u.Scheme == "" || u.Opaque != "" || u.Host == "" || u.RawPath != "" || u.RawFragment != "" || u.Fragment != "" ||
		u.ForceQuery || path == "" || path[0] != '/' || !isPlain(u.Host) || !isPlain(path) ||
		strings.IndexByte(u.Host, '/') >= 0 {
		return u.String()
	}
	if u.RawQuery != "" {
		return u.Scheme + "://" + u.Host + path + "?" + u.RawQuery
	}
	return u.Scheme + "://" + u.Host + path
}

// isPlain reports whether a host or a path has no byte that a URL might escape.
func isPlain(part string) bool {
	for i := range len(part) {
		c := part[i]
		if (c < '-' || c > ':') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return false
		}
	}
	return true
}

// redactQuery replaces the values of secret parameters in a raw query. The rest stays as it is, also
// where it is not well formed.
func redactQuery(raw string) string {
	var clean strings.Builder
	done := 0 // raw[:done] is in clean
	for start := 0; start < len(raw); {
		end := len(raw)
		if i := strings.IndexAny(raw[start:], "&;"); i >= 0 {
			end = start + i
		}
		if eq := strings.IndexByte(raw[start:end], '='); eq >= 0 && isSecret(raw[start:start+eq]) {
			clean.WriteString(raw[done : start+eq+1])
			clean.WriteString(Redacted)
			done = end
		}
		start = end + 1
	}
	if done == 0 {
		return raw
	}
	clean.WriteString(raw[done:])
	return clean.String()
}

func isSecret(rawKey string) bool {
	rawKey = rawKey[strings.LastIndexByte(rawKey, '?')+1:] // a query within a fragment, or after another one
	key := rawKey
	if strings.ContainsAny(rawKey, "%+") {
		if unescaped, err := url.QueryUnescape(rawKey); err == nil {
			key = unescaped
		}
	}
	return len(key) <= longestSecretKey && secretKeys[strings.ToLower(key)]
}
