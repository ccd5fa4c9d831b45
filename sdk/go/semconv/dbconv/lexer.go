package dbconv

import "strings"

// A dialect is what differs between databases in the spelling of literals and names.
type dialect struct {
	// doubleQuote tells what "x" is.
	doubleQuote quoted
	// backslashEscapes: \' does not end a string.
	backslashEscapes bool
	// dollarQuotes: $tag$ … $tag$ is a string.
	dollarQuotes bool
	// alternativeQuotes: q'[x]' is a string.
	alternativeQuotes bool
	// tripleQuotes: '''x''' is a string.
	tripleQuotes bool
	// brackets: [x] is a name.
	brackets bool
	// hashComments: # starts a comment, and -- only before a space.
	hashComments bool
	// nestedComments: comments between /* and */ nest.
	nestedComments bool
	// unknown: a string of which databases disagree where it ends has no end.
	unknown bool
}

// quoted is what a quoted text is.
type quoted uint8

const (
	quotedName quoted = iota
	quotedString
	quotedEither // as it suits the place
)

func dialectOf(system string) dialect {
	switch system {
	case MySQL, MariaDB:
		return dialect{doubleQuote: quotedString, backslashEscapes: true, hashComments: true}
	case Spanner:
		return dialect{doubleQuote: quotedString, backslashEscapes: true, tripleQuotes: true, hashComments: true}
	case Hive:
		return dialect{doubleQuote: quotedString, backslashEscapes: true}
	case ClickHouse:
		return dialect{backslashEscapes: true, dollarQuotes: true}
	case PostgreSQL, CockroachDB, Redshift:
		return dialect{dollarQuotes: true, nestedComments: true}
	case DuckDB:
		return dialect{dollarQuotes: true}
	case SQLServer:
		return dialect{brackets: true, nestedComments: true}
	case SQLite:
		return dialect{doubleQuote: quotedEither, brackets: true}
	case Oracle, Firebird:
		return dialect{alternativeQuotes: true}
	case DB2, HANA, Teradata, Trino:
		return dialect{}
	}
	return dialect{doubleQuote: quotedEither, dollarQuotes: true, alternativeQuotes: true, unknown: true}
}

type tokenKind uint8

const (
	tokenSpace       tokenKind = iota // space or a comment
	tokenWord                         // a keyword or a name
	tokenQuoted                       // a quoted name
	tokenEither                       // a quoted name or a string: see nameFinder
	tokenLiteral                      // a string or a number
	tokenPlaceholder                  // ?, $1, :name, @name
	tokenPunctuation                  // one byte of anything else
)

// scan returns the kind of the first token of sql, which is not empty, and its length.
func (d dialect) scan(sql string) (tokenKind, int) {
	switch c := sql[0]; {
	case isSpace(c):
		return tokenSpace, 1
	case c == '-' && strings.HasPrefix(sql, "--") && (!d.hashComments || len(sql) == 2 || isSpace(sql[2])):
		return tokenSpace, lineEnd(sql)
	case c == '#' && d.hashComments:
		return tokenSpace, lineEnd(sql)
	case c == '/' && strings.HasPrefix(sql, "/*"):
		return tokenSpace, d.commentEnd(sql)
	case c == '\'':
		return tokenLiteral, d.stringEnd(sql, 0, d.backslashEscapes)
	case c == '"' && d.doubleQuote == quotedString:
		return tokenLiteral, d.stringEnd(sql, 0, d.backslashEscapes)
	case c == '"' && d.doubleQuote == quotedEither:
		return tokenEither, d.stringEnd(sql, 0, d.backslashEscapes)
	case c == '"' || c == '`':
		return tokenQuoted, quotedEnd(sql, 0, c, false)
	case c == '[' && d.brackets:
		return tokenQuoted, quotedEnd(sql, 0, ']', false)
	case c == '$' && d.dollarQuotes && dollarTag(sql) > 0:
		return tokenLiteral, dollarEnd(sql)
	case isDigit(c), c == '.' && len(sql) > 1 && isDigit(sql[1]):
		return tokenLiteral, numberEnd(sql)
	case c == '?':
		return tokenPlaceholder, 1 + digits(sql[1:])
	case c == '$' || c == '@':
		if n := wordEnd(sql[1:]); n > 0 {
			return tokenPlaceholder, 1 + n
		}
		return tokenPunctuation, 1
	case c == ':':
		if strings.HasPrefix(sql, "::") { // a cast
			return tokenPunctuation, 2
		}
		if n := wordEnd(sql[1:]); n > 0 {
			return tokenPlaceholder, 1 + n
		}
		return tokenPunctuation, 1
	case isWord(c):
		n := wordEnd(sql)
		if end := d.prefixedEnd(sql, n); end > 0 {
			return tokenLiteral, end
		}
		return tokenWord, n
	}
	return tokenPunctuation, 1
}

// prefixedEnd returns the length of a string literal that starts with a word of n bytes, such as
// E'\n', N'x', X'00', U&'\0041', q'[x]' and _utf8'x'; 0 if there is none.
func (d dialect) prefixedEnd(sql string, n int) int {
	word := sql[:n]
	if len(word) == 1 && (word == "u" || word == "U") && strings.HasPrefix(sql[n:], "&'") {
		return d.stringEnd(sql, n+1, false)
	}
	if n >= len(sql) || sql[n] != '\'' && (sql[n] != '"' || d.doubleQuote != quotedString) {
		return 0
	}
	if d.alternativeQuotes && (strings.EqualFold(word, "q") || strings.EqualFold(word, "nq")) {
		return alternativeEnd(sql, n)
	}
	escapes := d.backslashEscapes || word == "e" || word == "E"
	return d.stringEnd(sql, n, escapes)
}

// stringEnd returns where the string that starts with a quote at sql[start] ends.
func (d dialect) stringEnd(sql string, start int, escapes bool) int {
	quote := sql[start : start+1]
	triple := quote + quote + quote
	if d.tripleQuotes && strings.HasPrefix(sql[start:], triple) {
		for i := start + len(triple); i < len(sql); i++ {
			if sql[i] == '\\' {
				i++
			} else if strings.HasPrefix(sql[i:], triple) {
				return i + len(triple)
			}
		}
		return len(sql)
	}
	end := quotedEnd(sql, start, quote[0], escapes)
	if d.unknown && !escapes && (strings.Contains(sql[start:end], `\`+quote) || strings.HasPrefix(sql[start:], triple)) {
		return len(sql)
	}
	return end
}

// alternativeEnd returns where the string ends of which sql[start:] is the quote, a delimiter of its
// own, the text, and both again (Oracle, "Text Literals").
func alternativeEnd(sql string, start int) int {
	if start+1 >= len(sql) {
		return len(sql)
	}
	closing := sql[start+1 : start+2]
	if i := strings.Index("[{(<", closing); i >= 0 {
		closing = "]})>"[i : i+1]
	}
	if i := strings.Index(sql[start+2:], closing+"'"); i >= 0 {
		return start + 2 + i + 2
	}
	return len(sql)
}

// quotedEnd returns where the quoted text that starts at sql[start] ends; a doubled quote does not end
// it. Text without an end reaches to the end of sql.
func quotedEnd(sql string, start int, quote byte, escapes bool) int {
	for i := start + 1; i < len(sql); i++ {
		switch {
		case escapes && sql[i] == '\\':
			i++
		case sql[i] == quote && i+1 < len(sql) && sql[i+1] == quote:
			i++
		case sql[i] == quote:
			return i + 1
		}
	}
	return len(sql)
}

// dollarTag returns the length of the $tag$ that sql starts with, 0 if it does not.
func dollarTag(sql string) int {
	for i := 1; i < len(sql); i++ {
		switch c := sql[i]; {
		case c == '$':
			return i + 1
		case !isWord(c), i == 1 && isDigit(c):
			return 0
		}
	}
	return 0
}

func dollarEnd(sql string) int {
	tag := sql[:dollarTag(sql)]
	if i := strings.Index(sql[len(tag):], tag); i >= 0 {
		return i + 2*len(tag)
	}
	return len(sql)
}

func numberEnd(sql string) int {
	i := 0
	for i < len(sql) {
		c := sql[i]
		exponentSign := (c == '+' || c == '-') && i > 0 && (sql[i-1] == 'e' || sql[i-1] == 'E') &&
			!strings.HasPrefix(sql, "0x") && !strings.HasPrefix(sql, "0X")
		if !isWord(c) && c != '.' && !exponentSign {
			break
		}
		i++
	}
	return i
}

func (d dialect) commentEnd(sql string) int {
	depth := 0
	for i := 0; i+1 < len(sql); i++ {
		switch {
		case sql[i] == '/' && sql[i+1] == '*' && (depth == 0 || d.nestedComments):
			depth++
			i++
		case sql[i] == '*' && sql[i+1] == '/':
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(sql)
}

func lineEnd(sql string) int {
	if i := strings.IndexByte(sql, '\n'); i >= 0 {
		return i + 1
	}
	return len(sql)
}

func digits(sql string) int {
	n := 0
	for n < len(sql) && isDigit(sql[n]) {
		n++
	}
	return n
}

func wordEnd(sql string) int {
	n := 0
	for n < len(sql) && (isWord(sql[n]) || n > 0 && sql[n] == '$') {
		n++
	}
	return n
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c >= 0x80
}
