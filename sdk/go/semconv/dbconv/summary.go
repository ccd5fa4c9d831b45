package dbconv

import "strings"

// A summarizer builds db.query.summary from the tokens of a query: each operation, followed by what
// it works on, in the order of the text.
type summarizer struct {
	text       strings.Builder
	full       bool
	operations int
	operation  string // the first
	targets    int
	collection string // the last target that is a table

	scopes   []scope // innermost last; the outermost is implied
	outer    scope
	previous string // the last word in upper case, or punctuation
	grants   bool   // in GRANT and REVOKE, names of operations are privileges

	expect  expectation
	object  string // TABLE, VIEW … after CREATE, ALTER and DROP
	pending string // a target that may go on after a dot
	dotted  bool   // a dot follows pending
	call    bool   // pending is no target if a parenthesis follows
}

// A scope is a pair of parentheses.
type scope struct {
	operation bool // an operation was seen in it, so FROM names tables
	from      bool // within the list of tables after FROM
}

type expectation uint8

const (
	expectNothing expectation = iota
	expectTable
	expectFunction // the name of a procedure
	expectObject   // what is created, altered or dropped
	expectName     // its name
)

// add takes the next token, which is not white space, as it is and in upper case.
func (s *summarizer) add(kind tokenKind, token, upper string) {
	if s.pending != "" && s.continues(kind, token) {
		return
	}
	switch kind {
	case tokenWord:
		s.word(token, upper)
	case tokenQuoted:
		if s.expects() {
			s.pending = unquote(token)
		}
		s.previous = "name"
	case tokenPunctuation:
		s.punctuation(token)
	default:
		s.expect = expectNothing
		s.previous = "value"
	}
}

// continues deals with the token after a target. It tells whether that is all there is to it.
func (s *summarizer) continues(kind tokenKind, token string) bool {
	switch {
	case !s.dotted && token == ".":
		s.dotted = true
		return true
	case s.dotted && (kind == tokenWord || kind == tokenQuoted):
		s.pending += "." + unquote(token)
		s.dotted = false
		return true
	case token == "(" && s.call:
		s.pending, s.dotted, s.call, s.expect = "", false, false, expectNothing
	}
	s.flush()
	return false
}

// flush writes the target that was being read.
func (s *summarizer) flush() {
	if s.pending == "" {
		return
	}
	s.write(s.pending)
	s.targets++
	if s.expect == expectTable || s.expect == expectName && s.object == "TABLE" {
		s.collection = s.pending
	}
	s.pending, s.dotted, s.call, s.expect = "", false, false, expectNothing
}

func (s *summarizer) word(token, upper string) {
	previous := s.previous
	s.previous = upper
	scope := s.scope()
	starts := previous == "" || previous == ";" || previous == "EXPLAIN" || previous == "ANALYZE"
	switch {
	case previous == ".":
		return
	case !s.grants && isOperation(upper, previous, starts):
		s.begin(upper)
		return
	}
	switch upper {
	case "FROM":
		if scope.operation && previous != "DISTINCT" {
			scope.from = true
			s.expect, s.call = expectTable, true
		}
		return
	case "JOIN":
		s.expect, s.call = expectTable, true
		return
	case "USING":
		if s.operation == "MERGE" || s.operation == "DELETE" {
			s.expect, s.call = expectTable, true
		}
		return
	case "INTO":
		s.expect, s.call = expectTable, false
		return
	case "WHERE", "SET", "ON", "GROUP", "ORDER", "HAVING", "LIMIT", "WINDOW", "UNION", "INTERSECT", "EXCEPT",
		"VALUES", "RETURNING", "FOR":
		scope.from = false
		if s.expect == expectObject || s.expect == expectTable {
			s.expect = expectNothing
		}
		return
	}
	switch {
	case s.expect == expectObject && isObject(upper):
		s.object = upper
		s.append(upper)
		s.expect = expectName
	case s.expects() && !isModifier(upper):
		s.pending = token
	}
}

func (s *summarizer) punctuation(token string) {
	switch token {
	case "(":
		s.scopes = append(s.scopes, scope{})
		s.expect = expectNothing
	case ")":
		if len(s.scopes) > 0 {
			s.scopes = s.scopes[:len(s.scopes)-1]
		}
		s.expect = expectNothing
	case ",":
		if s.scope().from {
			s.expect, s.call = expectTable, true
		}
	case ";":
		s.scopes, s.outer, s.grants, s.expect = s.scopes[:0], scope{}, false, expectNothing
	}
	s.previous = token
}

// begin notes an operation.
func (s *summarizer) begin(upper string) {
	scope := s.scope()
	scope.operation, scope.from = true, false
	s.expect, s.object, s.call = expectNothing, "", false
	s.operations++
	if s.operations == 1 {
		s.operation = upper
	}
	s.write(upper)
	switch upper {
	case "UPDATE", "MERGE", "REPLACE", "INSERT", "COPY":
		s.expect = expectTable
	case "CALL", "EXEC", "EXECUTE":
		s.expect = expectFunction
	case "CREATE", "ALTER", "DROP", "TRUNCATE":
		s.expect = expectObject
		if upper == "TRUNCATE" {
			s.expect = expectTable
		}
	case "GRANT", "REVOKE":
		s.grants = true
	}
}

func (s *summarizer) scope() *scope {
	if len(s.scopes) == 0 {
		return &s.outer
	}
	return &s.scopes[len(s.scopes)-1]
}

// expects tells whether a name that follows is a target.
func (s *summarizer) expects() bool {
	return s.expect == expectTable || s.expect == expectFunction || s.expect == expectName
}

func (s *summarizer) write(word string) {
	if s.text.Len() > 0 {
		s.append(word)
		return
	}
	if s.full = s.full || len(word) > maxSummary; !s.full {
		s.text.WriteString(word)
	}
}

// append writes a space and a word if there is room for both.
func (s *summarizer) append(word string) {
	if s.full = s.full || s.text.Len()+1+len(word) > maxSummary; s.full {
		return
	}
	s.text.WriteByte(' ')
	s.text.WriteString(word)
}

// isOperation tells whether a word is one, given the word or punctuation before it.
func isOperation(upper, previous string, starts bool) bool {
	switch upper {
	case "SELECT":
		return true
	case "INSERT", "UPDATE", "DELETE", "MERGE":
		return starts || previous == "(" || previous == ")"
	case "REPLACE", "CREATE", "ALTER", "DROP", "TRUNCATE", "CALL", "EXEC", "EXECUTE", "BEGIN", "START",
		"COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "SHOW", "EXPLAIN", "PRAGMA", "VACUUM",
		"ANALYZE", "COPY", "LOCK", "GRANT", "REVOKE", "USE", "DESCRIBE", "LISTEN", "UNLISTEN", "NOTIFY",
		"PREPARE", "DEALLOCATE", "VALUES", "ATTACH", "DETACH", "REFRESH", "REINDEX", "OPTIMIZE", "KILL":
		return starts
	}
	return false
}

func isObject(upper string) bool {
	switch upper {
	case "TABLE", "INDEX", "VIEW", "DATABASE", "SCHEMA", "TRIGGER", "FUNCTION", "PROCEDURE", "SEQUENCE",
		"TYPE", "EXTENSION", "USER", "ROLE", "DOMAIN", "POLICY":
		return true
	}
	return false
}

// isModifier tells whether a word may stand before the name of a target.
func isModifier(upper string) bool {
	switch upper {
	case "ONLY", "LATERAL", "IF", "NOT", "EXISTS", "TABLE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED",
		"IGNORE", "QUICK", "OR", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "CONCURRENTLY", "OVERWRITE", "TOP":
		return true
	}
	return false
}

func unquote(name string) string {
	if len(name) >= 2 && strings.IndexByte("\"`[", name[0]) >= 0 {
		return name[1 : len(name)-1]
	}
	return name
}
