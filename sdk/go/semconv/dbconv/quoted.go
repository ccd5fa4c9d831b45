package dbconv

import "strings"

// A nameFinder tells which of the texts in double quotes are names, where a database takes them for
// names and for strings as it suits, as SQLite does (sqlite.org/quirks.html#dblquote), or is not known.
// What is not surely a name counts as a string, which may be a secret.
type nameFinder struct {
	before, previous string // the last two tokens, words in upper case
	lead             lead
	lists            []bool // of the parentheses that are open: they hold names
	index            bool   // in CREATE INDEX
	identified       bool   // after IDENTIFIED
}

// lead says how far a name is that a list of names may follow.
type lead uint8

const (
	leadNone lead = iota
	leadWord      // after a word such as INTO
	leadName      // after the name
)

// isName tells whether a text in double quotes is a name: target tells whether the name of a table, or
// the like, is to come, and next is the token that follows the text, if any.
func (f *nameFinder) isName(target bool, next string) bool {
	switch {
	case next == ".":
		return true
	case f.previous == "=":
		return false
	case target, f.previous == ".":
		return true
	case len(f.lists) > 0 && f.lists[len(f.lists)-1] && (f.previous == "(" || f.previous == ","):
		return true
	}
	switch f.previous {
	case "AS", "COLUMN", "CONSTRAINT", "REFERENCES", "INDEX", "ADD", "RENAME", "TO", "WITH", "RECURSIVE":
		return true
	case "ON":
		return f.index || isComparison(next)
	case "BY":
		return f.before == "ORDER" || f.before == "GROUP" || f.before == "PARTITION"
	case "WHERE", "AND", "OR", "NOT", "HAVING", "WHEN", "SET", "(", ",":
		return isComparison(next)
	}
	return false
}

// isPassword tells whether a token, whatever its spelling, is a password: CREATE USER u IDENTIFIED BY p.
func (f *nameFinder) isPassword(kind tokenKind) bool {
	return f.identified && (f.previous == "BY" || f.previous == "REPLACE") && (kind == tokenWord || kind == tokenQuoted)
}

// add takes the next token, which is not white space, words in upper case.
func (f *nameFinder) add(kind tokenKind, word string) {
	if kind == tokenQuoted {
		word = "" // no keyword
	}
	switch {
	case word == "(":
		names := f.lead == leadName || f.previous == "KEY" || f.previous == "UNIQUE" || f.previous == "CONFLICT"
		f.lists = append(f.lists, names)
	case word == ")" && len(f.lists) > 0:
		f.lists = f.lists[:len(f.lists)-1]
	case word == ";":
		*f = nameFinder{lists: f.lists[:0]}
	case word == "INDEX":
		f.index = f.previous == "CREATE" || f.previous == "UNIQUE"
	case word == "IDENTIFIED":
		f.identified = true
	}
	f.lead = f.leads(kind, word)
	f.before, f.previous = f.previous, word
}

// leads returns the lead after a token.
func (f *nameFinder) leads(kind tokenKind, word string) lead {
	switch {
	case word == "INTO", word == "TABLE", word == "EXISTS", word == "REFERENCES", word == "ON" && f.index:
		return leadWord
	case f.lead == leadWord && (kind == tokenWord || kind == tokenQuoted):
		return leadName
	case f.lead == leadName && word == ".":
		return leadWord
	}
	return leadNone
}

// isComparison tells whether a token after a name compares it, assigns to it or orders by it.
func isComparison(next string) bool {
	switch strings.ToUpper(next) {
	case "=", "<", ">", "!", "IS", "IN", "NOT", "LIKE", "GLOB", "BETWEEN", "COLLATE", "ASC", "DESC":
		return true
	}
	return false
}

// next returns the first token of sql that is not white space, "" if there is none.
func (d dialect) next(sql string) string {
	for len(sql) > 0 {
		kind, n := d.scan(sql)
		if kind != tokenSpace {
			return sql[:n]
		}
		sql = sql[n:]
	}
	return ""
}
