package dbconv

import (
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// A Target is the database that operations go to.
type Target struct {
	// System is the db.system.name.
	System string
	// Namespace is the name of the database in its server (db.namespace).
	Namespace string
	// Address is the host or the path of the socket (server.address).
	Address string
	// Port is 0 when it is not known (server.port).
	Port int
}

// ParseDSN takes from a data source name where the database is, and nothing else: neither user names
// nor passwords nor other parameters. It understands URLs and the formats of the drivers for the
// system; what it cannot read it leaves out.
func ParseDSN(system, dsn string) Target {
	t := Target{System: system}
	switch {
	case system == SQLite, system == DuckDB:
		t.Namespace = fileName(dsn)
	case isURL(dsn):
		t.parseURL(dsn)
	case system == MySQL, system == MariaDB:
		t.parseMySQL(dsn)
	case system == PostgreSQL, system == CockroachDB, system == Redshift:
		t.parsePairs(keywordValue(dsn))
	case system == SQLServer:
		t.parsePairs(semicolonPairs(dsn))
	}
	return t
}

// isURL reports whether dsn begins with a scheme (RFC 3986, section 3.1). Further on, "://" may be part
// of a password.
func isURL(dsn string) bool {
	scheme, _, ok := strings.Cut(dsn, "://")
	for i := range len(scheme) {
		c := scheme[i]
		letterOrDigit := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letterOrDigit && strings.IndexByte("+-.", c) < 0 {
			return false
		}
	}
	return ok && scheme != ""
}

// fileName returns the last element of a database file's path.
func fileName(dsn string) string {
	name := strings.TrimPrefix(dsn, "file:")
	name, _, _ = strings.Cut(name, "?")
	if name == "" {
		return ""
	}
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

// parseURL reads scheme://user:password@host:port/database?parameters, in which the user's part may
// hold bytes that do not belong there, and the host may be a list (PostgreSQL) or tcp(host:port)
// (MySQL).
func (t *Target) parseURL(dsn string) {
	_, rest, _ := strings.Cut(dsn, "://")
	if i := strings.IndexAny(rest, "?#"); i >= 0 && strings.LastIndexByte(rest, '@') < i {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	host, name, _ := strings.Cut(rest, "/")
	if inner, ok := strings.CutPrefix(host, "tcp("); ok {
		host = strings.TrimSuffix(inner, ")")
	}
	t.SetHost(host)
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	t.Namespace = name
	// go-mssqldb: sqlserver://host/instance?database=name
	if t.System == SQLServer {
		t.Namespace = ""
		if u, err := url.Parse(dsn); err == nil {
			t.Namespace = qualified(name, u.Query().Get("database"))
		}
	}
}

// parseMySQL reads [user[:password]@][net[(address)]]/database[?parameters].
// (github.com/go-sql-driver/mysql, ParseDSN)
func (t *Target) parseMySQL(dsn string) {
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		return
	}
	name, _, _ := strings.Cut(dsn[slash+1:], "?")
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	t.Namespace = name
	where := dsn[:slash]
	if i := strings.LastIndexByte(where, '@'); i >= 0 {
		where = where[i+1:]
	}
	protocol, address, ok := strings.Cut(where, "(")
	if !ok || !strings.HasSuffix(address, ")") {
		return
	}
	address = address[:len(address)-1]
	if protocol == "unix" {
		t.Address = address
		return
	}
	t.SetHost(address)
}

// parsePairs takes the parts of the target out of the parameters of PostgreSQL (libpq, 34.1.2) and
// SQL Server (go-mssqldb).
func (t *Target) parsePairs(pairs map[string]string) {
	host := first(pairs, "host", "hostaddr", "server", "data source", "address", "addr", "network address")
	host = strings.TrimPrefix(host, "tcp:")
	name := first(pairs, "dbname", "database", "initial catalog")
	if t.System == SQLServer {
		var instance, port string
		var ok bool
		host, port, ok = strings.Cut(host, ",")
		if ok {
			pairs["port"] = port
		}
		host, instance, _ = strings.Cut(host, `\`)
		name = qualified(instance, name)
	}
	t.Namespace = name
	if strings.HasPrefix(host, "/") { // the folder of the socket
		t.Address = host
		return
	}
	t.SetHost(host)
	if port, err := strconv.ParseUint(firstOfList(pairs["port"]), 10, 16); err == nil {
		t.Port = int(port)
	}
}

// SetHost takes the address, and the port if there is one, of the first host in a list.
func (t *Target) SetHost(list string) {
	list = firstOfList(list)
	if unescaped, err := url.PathUnescape(list); err == nil {
		list = unescaped
	}
	host, port, err := net.SplitHostPort(list)
	if err != nil {
		t.Address = strings.Trim(list, "[]")
		return
	}
	t.Address = host
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		t.Port = int(n)
	}
}

// qualified joins the parts of SQL Server's db.namespace (semconv sql-server.md).
func qualified(instance, database string) string {
	if instance == "" || database == "" {
		return instance + database
	}
	return instance + "|" + database
}

func firstOfList(list string) string {
	item, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(item)
}

func first(pairs map[string]string, keys ...string) string {
	for _, key := range keys {
		if value := pairs[key]; value != "" {
			return value
		}
	}
	return ""
}

// keywordValue reads keyword = value pairs, in which values may be quoted with ' and escaped with \.
// (libpq, 34.1.1.1)
func keywordValue(dsn string) map[string]string {
	pairs := make(map[string]string)
	for {
		key, rest, ok := strings.Cut(dsn, "=")
		if !ok {
			return pairs
		}
		rest = strings.TrimLeft(rest, " \t\r\n")
		value := make([]byte, 0, len(rest))
		quoted := strings.HasPrefix(rest, "'")
		i := 0
		if quoted {
			i = 1
		}
		for ; i < len(rest); i++ {
			c := rest[i]
			if c == '\\' && i+1 < len(rest) {
				i++
				value = append(value, rest[i])
				continue
			}
			if quoted && c == '\'' || !quoted && isSpace(c) {
				i++
				break
			}
			value = append(value, c)
		}
		pairs[strings.ToLower(strings.TrimSpace(key))] = string(value)
		dsn = rest[i:]
	}
}

// semicolonPairs reads key=value;key=value, in which values may be quoted with " or { }.
func semicolonPairs(dsn string) map[string]string {
	pairs := make(map[string]string)
	dsn = strings.TrimPrefix(dsn, "odbc:")
	for dsn != "" {
		key, rest, ok := strings.Cut(dsn, "=")
		if !ok {
			return pairs
		}
		key = strings.ToLower(strings.TrimSpace(strings.TrimLeft(key, ";")))
		rest = strings.TrimLeft(rest, " \t")
		end := -1
		switch {
		case strings.HasPrefix(rest, `"`):
			end = quotedEnd(rest, 0, '"', false)
		case strings.HasPrefix(rest, "{"):
			end = quotedEnd(rest, 0, '}', false)
		}
		if end > 0 {
			pairs[key] = strings.Trim(rest[:end], `"{}`)
			dsn = rest[end:]
			continue
		}
		pairs[key], dsn, _ = strings.Cut(rest, ";")
		pairs[key] = strings.TrimSpace(pairs[key])
	}
	return pairs
}
