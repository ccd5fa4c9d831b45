package dbconv

import "strings"

const (
	// maxText bounds db.query.text, in bytes.
	maxText = 4096
	// maxSummary bounds db.query.summary, in bytes (semconv database-spans.md).
	maxSummary = 255
	// maxCached is the longest query, in bytes, that is remembered.
	maxCached = 2048
)

// A Statement is what telemetry says of an SQL query.
type Statement struct {
	// Text is the query without comments and with ? for each literal (db.query.text).
	Text string
	// Summary lists operations and their targets: "INSERT orders SELECT carts" (db.query.summary).
	Summary string
	// Operation is set for queries of one operation only (db.operation.name).
	Operation string
	// Collection is set for queries of one operation on one table only (db.collection.name).
	Collection string
}

// ParseSQL describes a query for the given db.system.name.
func ParseSQL(system, query string) Statement { return parse(dialectOf(system), query) }

func parse(d dialect, query string) Statement {
	var (
		text    strings.Builder
		summary summarizer
		names   nameFinder
		list    inList
	)
	text.Grow(min(len(query), maxText))
	space := false
	for len(query) > 0 && text.Len() < maxText {
		kind, n := d.scan(query)
		token := query[:n]
		query = query[n:]
		if kind == tokenSpace {
			space = true
			continue
		}
		if space && text.Len() > 0 {
			text.WriteByte(' ')
		}
		space = false
		switch {
		case names.isPassword(kind):
			kind = tokenLiteral
		case kind == tokenEither && names.isName(summary.expects(), d.next(query)):
			kind = tokenQuoted
		case kind == tokenEither:
			kind = tokenLiteral
		}
		if kind == tokenLiteral {
			token = "?"
		}
		if start := list.add(kind, token, text.Len()); start > 0 {
			kept := text.String()[:start]
			text.Reset()
			text.WriteString(kept)
			text.WriteByte('?')
		}
		text.WriteString(token)
		upper := token
		if kind == tokenWord {
			upper = strings.ToUpper(token)
		}
		names.add(kind, upper)
		summary.add(kind, token, upper)
	}
	summary.flush()
	statement := Statement{Text: truncate(text.String(), maxText), Summary: summary.text.String()}
	if summary.operations == 1 {
		statement.Operation = summary.operation
		if len(summary.collection) > 0 && summary.targets == 1 {
			statement.Collection = summary.collection
		}
	}
	return statement
}

// An inList finds lists of values after IN, so that they read the same whatever their length.
// (semconv database-spans.md, sanitization of db.query.text)
type inList struct {
	after bool // the last word was IN
	start int  // where the text of the list starts; 0: in no list
}

// add takes a token that is to be written at position at. When it closes a list of nothing but values,
// add returns where the values start, else 0.
func (l *inList) add(kind tokenKind, token string, at int) int {
	after, start := l.after, l.start
	l.after = kind == tokenWord && strings.EqualFold(token, "IN")
	switch {
	case after && token == "(":
		l.start = at + 1
	case start > 0 && token == ")":
		l.start = 0
		if at > start {
			return start
		}
	case kind != tokenLiteral && kind != tokenPlaceholder && token != ",":
		l.start = 0
	}
	return 0
}

// truncate cuts text to at most limit bytes, not within a character.
func truncate(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && text[limit]&0xC0 == 0x80 {
		limit--
	}
	return text[:limit]
}
