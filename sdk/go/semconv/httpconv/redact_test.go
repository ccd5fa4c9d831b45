package httpconv

import (
	"net/url"
	"strings"
	"testing"
)

func TestRedactQuery(t *testing.T) {
	for raw, want := range map[string]string{
		"":                              "",
		"q=go&page=2":                   "q=go&page=2",
		"sig=s3cret":                    "sig=REDACTED",
		"a=1&Signature=s3cret&b=2":      "a=1&Signature=REDACTED&b=2",
		"token=s3cret&token=s3cret":     "token=REDACTED&token=REDACTED",
		"%74oken=s3cret":                "%74oken=REDACTED",
		"X-Amz-Signature=s3cret;x=1":    "X-Amz-Signature=REDACTED;x=1",
		"signature":                     "signature",
		"password=":                     "password=REDACTED",
		"access_token=s3cret=&%zz=1&&=": "access_token=REDACTED&%zz=1&&=",
		"code=s3cret&state=a&SAMLResponse=s3cret": "code=REDACTED&state=a&SAMLResponse=REDACTED",
		"tokens=2":          "tokens=2",
		"/a?token=s3cret&b": "/a?token=REDACTED&b",
	} {
		if got := redactQuery(raw); got != want {
			t.Errorf("redactQuery(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestRedactURL(t *testing.T) {
	for raw, want := range map[string]string{
		"http://shop.test/a?b=c#d":              "http://shop.test/a?b=c#d",
		"http://me:s3cret@shop.test/a":          "http://REDACTED:REDACTED@shop.test/a",
		"http://s3cret@shop.test/a?sig=s3cret#": "http://REDACTED@shop.test/a?sig=REDACTED",
		"https://[::1]:8443/?password=s3cret":   "https://[::1]:8443/?password=REDACTED",
		"http://shop.test/#access_token=s3cret": "http://shop.test/#access_token=REDACTED",
		"http://shop.test/?a=b#c%20d&token=":    "http://shop.test/?a=b#c%20d&token=REDACTED",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := redactURL(u); got != want {
			t.Errorf("redactURL(%q) = %q, want %q", raw, got, want)
		}
	}
}

// Opaque may be the path and the query that are sent (net/http/httputil has users who set it so), or all of the URL.
func TestRedactOpaqueURL(t *testing.T) {
	for want, u := range map[string]*url.URL{
		"http://shop.test/a%2Fb?c=d":              {Scheme: "http", Host: "shop.test", Opaque: "/a%2Fb?c=d"},
		"http://shop.test/a?c=d":                  {Scheme: "http", Host: "shop.test", Opaque: "/a", RawQuery: "c=d"},
		"http://shop.test/a?sig=REDACTED":         {Scheme: "http", Host: "shop.test", Opaque: "/a?sig=s3cret"},
		"http://shop.test/a?c?token=REDACTED":     {Scheme: "http", Host: "shop.test", Opaque: "/a?c", RawQuery: "token=s3cret"},
		"http://bucket.test/a?sig=REDACTED":       {Scheme: "http", Host: "shop.test", Opaque: "//bucket.test/a?sig=s3cret"},
		"http://REDACTED:REDACTED@bucket.test/a":  {Scheme: "http", Host: "shop.test", Opaque: "//me:s3cret@bucket.test/a"},
		"http://shop.test":                        {Scheme: "http", Host: "shop.test", Opaque: "*"},
		"http:" + Redacted:                        {Scheme: "http", Host: "shop.test", Opaque: "me:s3cret@bucket.test/a"},
		"http:" + Redacted + "?token=" + Redacted: {Scheme: "http", Opaque: "a?sig=s3cret", RawQuery: "token=s3cret"},
		"http:a":            {Scheme: "http", Opaque: "a"},
		"https:" + Redacted: {Scheme: "https", Host: "shop.test", Opaque: "/%zz?sig=s3cret"},
	} {
		if got := redactURL(u); got != want {
			t.Errorf("redactURL(%#v) = %q, want %q", u, got, want)
		}
	}
}

func TestRedactFragmentOfOpaqueURL(t *testing.T) {
	u := &url.URL{Scheme: "http", Opaque: "a#access_token=s3cret"}
	if got, want := redactURL(u), "http:a#access_token=REDACTED"; got != want {
		t.Errorf("redactURL(%#v) = %q, want %q", u, got, want)
	}
}

func TestTextIsThatOfTheURL(t *testing.T) {
	urls := []*url.URL{
		{}, {Scheme: "http"}, {Scheme: "http", Host: "a"}, {Scheme: "http", Host: "a", Path: "b"}, {Scheme: "http", Host: "a/b", Path: "/"},
		{Scheme: "http", Host: "a", Path: "/b", ForceQuery: true}, {Scheme: "mailto", Opaque: "a@b"}, {Host: "a", Path: "/b"},
		{Scheme: "http", Host: "a", Path: "/b", Fragment: "c"}, {Scheme: "http", Host: "a", Path: "/b", RawQuery: "c=d&e f"},
		{Scheme: "http", Host: "a", Path: "/b/c", RawPath: "/b%2Fc"}, {Scheme: "http", Host: "[::1]:80", Path: "/"},
	}
	for c := range 256 {
		urls = append(urls, &url.URL{Scheme: "http", Host: "a" + string(rune(c)) + "b:80", Path: "/"},
			&url.URL{Scheme: "http", Host: "a-b.c:80", Path: "/A_z" + string([]byte{byte(c)}) + "9"})
	}
	for _, u := range urls {
		if got, want := text(u), u.String(); got != want {
			t.Errorf("%#v: %q, want %q", u, got, want)
		}
	}
}

// The value of a secret parameter must not survive, however the query is spelled.
func FuzzRedactQuery(f *testing.F) {
	f.Add("a=1&", "&b=2")
	f.Add(";;=&%", "#")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "s3cret-value"
		if strings.Contains(before+after, secret) {
			return // the frame holds the secret itself
		}
		if before != "" && !strings.HasSuffix(before, "&") {
			before += "&"
		}
		if after != "" && !strings.HasPrefix(after, "&") {
			after = "&" + after
		}
		got := redactQuery(before + "token=" + secret + after)
		if strings.Contains(got, secret) {
			t.Errorf("redactQuery let the secret through: %q", got)
		}
	})
}
