package dbconv

import (
	"strings"
	"testing"
)

func TestParseSQL(t *testing.T) {
	for _, test := range []struct {
		system, query                        string
		text, summary, operation, collection string
	}{
		{SQLite, "", "", "", "", ""},
		{
			SQLite, "SELECT * FROM users WHERE name = 'O''Brien' AND age > 42",
			"SELECT * FROM users WHERE name = ? AND age > ?", "SELECT users", "SELECT", "users",
		},
		{
			PostgreSQL, "select  a,\n\tb from shop.orders o\nwhere id = $1 -- secret\n",
			"select a, b from shop.orders o where id = $1", "SELECT shop.orders", "SELECT", "shop.orders",
		},
		{
			PostgreSQL, `INSERT INTO "Order Items" (a, b) VALUES (E'it\'s', $$se'cret$$, $x$a$$b$x$, 1.5e-3)`,
			`INSERT INTO "Order Items" (a, b) VALUES (?, ?, ?, ?)`, "INSERT Order Items", "INSERT", "Order Items",
		},
		{
			MySQL, "UPDATE `t` SET a = \"it\\\"s\", b = 'x\\'y', c = -3 # secret\nWHERE id IN (1, 2,3)",
			"UPDATE `t` SET a = ?, b = ?, c = -? WHERE id IN (?)", "UPDATE t", "UPDATE", "t",
		},
		{
			SQLServer, "SELECT TOP 3 * FROM [dbo].[my table] WHERE x = N'secret' AND y = 0xFF",
			"SELECT TOP ? * FROM [dbo].[my table] WHERE x = ? AND y = ?", "SELECT dbo.my table", "SELECT", "dbo.my table",
		},
		{
			SQLite, "SELECT a.x FROM a JOIN b ON a.id = b.id, c WHERE EXISTS (SELECT 1 FROM d)",
			"SELECT a.x FROM a JOIN b ON a.id = b.id, c WHERE EXISTS (SELECT ? FROM d)", "SELECT a b SELECT d", "", "",
		},
		{
			SQLite, "SELECT x FROM songs s, artists AS a, (SELECT 1 FROM z) q, y",
			"SELECT x FROM songs s, artists AS a, (SELECT ? FROM z) q, y", "SELECT songs artists SELECT z y", "", "",
		},
		{
			SQLite, "INSERT INTO totals SELECT id, sum(n) FROM orders GROUP BY id",
			"INSERT INTO totals SELECT id, sum(n) FROM orders GROUP BY id", "INSERT totals SELECT orders", "", "",
		},
		{
			PostgreSQL, "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
			"WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
			"DELETE a INSERT b SELECT gone", "", "",
		},
		{
			PostgreSQL, "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a",
			"INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a", "INSERT t", "INSERT", "t",
		},
		{
			PostgreSQL, "SELECT extract(year FROM ts), a IS DISTINCT FROM b FROM t FOR UPDATE",
			"SELECT extract(year FROM ts), a IS DISTINCT FROM b FROM t FOR UPDATE", "SELECT t", "SELECT", "t",
		},
		{
			PostgreSQL, "SELECT * FROM generate_series(1, 9) g, jsonb_each(x)",
			"SELECT * FROM generate_series(?, ?) g, jsonb_each(x)", "SELECT", "SELECT", "",
		},
		{
			SQLite, "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x')",
			"CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT DEFAULT ?)",
			"CREATE TABLE users", "CREATE", "users",
		},
		{
			SQLite, "CREATE UNIQUE INDEX by_name ON users (name)", "CREATE UNIQUE INDEX by_name ON users (name)",
			"CREATE INDEX by_name", "CREATE", "",
		},
		{SQLite, "INSERT OR REPLACE INTO kv VALUES (?, ?2, :v, @w)", "INSERT OR REPLACE INTO kv VALUES (?, ?2, :v, @w)", "INSERT kv", "INSERT", "kv"},
		{Oracle, "CALL pay('secret', :id)", "CALL pay(?, :id)", "CALL pay", "CALL", ""},
		{SQLite, "BEGIN; DELETE FROM a; COMMIT", "BEGIN; DELETE FROM a; COMMIT", "BEGIN DELETE a COMMIT", "", ""},
		{SQLite, "/* tenant=secret */ SELECT 'unterminated secret", "SELECT ?", "SELECT", "SELECT", ""},
		{PostgreSQL, "GRANT SELECT ON t TO bob", "GRANT SELECT ON t TO bob", "GRANT", "GRANT", ""},
		{PostgreSQL, "SELECT '1'::int, a::text FROM t", "SELECT ?::int, a::text FROM t", "SELECT t", "SELECT", "t"},
		{PostgreSQL, "EXPLAIN SELECT 1", "EXPLAIN SELECT ?", "EXPLAIN SELECT", "", ""},
		{MySQL, "SELECT 5--3", "SELECT ?--?", "SELECT", "SELECT", ""},
	} {
		got := ParseSQL(test.system, test.query)
		want := Statement{test.text, test.summary, test.operation, test.collection}
		if got != want {
			t.Errorf("ParseSQL(%s, %q)\n got %#v\nwant %#v", test.system, test.query, got, want)
		}
	}
}

// What is in double quotes is a name or a string in SQLite, and may be either where the database is not known.
func TestParseSQLDoubleQuotes(t *testing.T) {
	for query, want := range map[string]string{
		`INSERT INTO "kv" ("k", v) VALUES ("token", "s3cret") ON CONFLICT ("k") DO UPDATE SET "v" = "s3cret"`: `INSERT INTO "kv" ("k", v) VALUES (?, ?) ON CONFLICT ("k") DO UPDATE SET "v" = ?`,
		`SELECT "u"."name" AS "n" FROM "users" AS "u" WHERE ("u"."id" = 1) AND "token" = "s3cret"`:            `SELECT "u"."name" AS "n" FROM "users" AS "u" WHERE ("u"."id" = ?) AND "token" = ?`,
		`SELECT "s3cret", count("s3cret") FROM a JOIN "b" ON "x" = lower("s3cret") GROUP BY "c"`:              `SELECT ?, count(?) FROM a JOIN "b" ON "x" = lower(?) GROUP BY "c"`,
		`SELECT * FROM main."t" WHERE a IN ("s3cret", "s3cret") OR b LIKE "s3cret%" OR c || "s3cret" = d`:     `SELECT * FROM main."t" WHERE a IN (?) OR b LIKE ? OR c || ? = d`,
		`CREATE TABLE IF NOT EXISTS "t" ("a" TEXT DEFAULT "s3cret", "b" INT, UNIQUE ("a", "b"))`:              `CREATE TABLE IF NOT EXISTS "t" ("a" TEXT DEFAULT ?, "b" INT, UNIQUE ("a", "b"))`,
		`CREATE UNIQUE INDEX "i" ON "t" ("a", "b")`:                                                           `CREATE UNIQUE INDEX "i" ON "t" ("a", "b")`,
		`ALTER TABLE "t" RENAME COLUMN "a" TO "b"; UPDATE t SET "a" = ("s3cret")`:                             `ALTER TABLE "t" RENAME COLUMN "a" TO "b"; UPDATE t SET "a" = (?)`,
		`PRAGMA key = "s3cret"; ATTACH DATABASE "s3cret" AS "c" KEY "s3cret"`:                                 `PRAGMA key = ?; ATTACH DATABASE ? AS "c" KEY ?`,
		`INSERT INTO t VALUES ("s3cret")`:                                                                     `INSERT INTO t VALUES (?)`,
		`SELECT 1 FROM t WHERE EXISTS (SELECT "s3cret") AND a BETWEEN "s3cret" AND "s3cret"`:                  `SELECT ? FROM t WHERE EXISTS (SELECT ?) AND a BETWEEN ? AND ?`,
		`SELECT 1 FROM t WHERE a = "s3cret`:                                                                   `SELECT ? FROM t WHERE a = ?`,
		`SELECT CASE WHEN "a" IS NULL THEN "s3cret" ELSE "s3cret" END FROM t ORDER BY "a" /* b */ DESC, c`:    `SELECT CASE WHEN "a" IS NULL THEN ? ELSE ? END FROM t ORDER BY "a" DESC, c`,
	} {
		for _, system := range []string{SQLite, OtherSQL} {
			if got := ParseSQL(system, query).Text; got != want {
				t.Errorf("%s:\n got %s\nwant %s", system, got, want)
			}
		}
	}
}

// Where databases disagree about where a string ends, nothing of it may be shown.
func TestParseSQLStringsOfFewDatabases(t *testing.T) {
	for _, test := range []struct{ system, query, want string }{
		{Oracle, `SELECT q'[it's s3cret]', nq'!it's s3cret!', Q'x' || "a" FROM t`, `SELECT ?, ?, ?`},
		{Oracle, `SELECT q'(it's s3cret)' FROM "t"`, `SELECT ? FROM "t"`},
		{Oracle, `SELECT q'`, `SELECT ?`},
		{Spanner, `SELECT '''it's s3cret''', """say "s3cret\"""", 'a' FROM t`, "SELECT ?, ?, ? FROM t"},
		{Spanner, `SELECT '''s3cret`, "SELECT ?"},
		{Hive, `SELECT "it\"s s3cret" FROM t`, "SELECT ? FROM t"},
		{DuckDB, `SELECT $$it's s3cret$$ FROM "t"`, `SELECT ? FROM "t"`},
		{OtherSQL, `SELECT 'it\'s s3cret', 'a' FROM t`, "SELECT ?"},
		{OtherSQL, `SELECT '''s3cret's s3cret' FROM t`, "SELECT ?"},
		{OtherSQL, `SELECT $$it's s3cret$$, q'{it's s3cret}', 'it''s', '' FROM t`, "SELECT ?, ?, ?, ? FROM t"},
		{Oracle, `ALTER USER bob IDENTIFIED BY "s3cret" REPLACE s3cret`, "ALTER USER bob IDENTIFIED BY ? REPLACE ?"},
		{MySQL, "CREATE USER bob IDENTIFIED BY 's3cret'; SELECT a FROM t GROUP BY a", "CREATE USER bob IDENTIFIED BY ?; SELECT a FROM t GROUP BY a"},
		{OtherSQL, "create user bob identified by s3cret", "create user bob identified by ?"},
	} {
		if got := ParseSQL(test.system, test.query).Text; got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.system, got, test.want)
		}
	}
}

func TestParseSQLBounds(t *testing.T) {
	var query strings.Builder
	query.WriteString("SELECT * FROM t0")
	for range 2000 {
		query.WriteString(" JOIN täble_with_a_long_name ON x")
	}
	got := ParseSQL(MySQL, query.String())
	if len(got.Text) > maxText || len(got.Text) < maxText-8 {
		t.Errorf("text of %d bytes, want close to %d", len(got.Text), maxText)
	}
	if len(got.Summary) > maxSummary || !strings.HasSuffix(got.Summary, " täble_with_a_long_name") {
		t.Errorf("summary of %d bytes, not cut at a word: %q", len(got.Summary), got.Summary)
	}
}

// No part of a literal may survive, whatever stands before it.
func FuzzParseSQL(f *testing.F) {
	f.Add("SELECT a FROM b WHERE c = ", " AND d IN (1, 2)")
	f.Add("INSERT INTO t VALUES (E'\\'', $$ $x$ $$, ", ")")
	f.Add("-- ' \n /* \" */ [x] `y` ", ";")
	f.Add("UPDATE t SET a", ", b = 1")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "s3cretvalue"
		if strings.ContainsAny(before, "'\"`[]$-#/*\\") || strings.Contains(before+after, secret) {
			// What opens a quote or a comment changes what the quotes around the secret mean.
			ParseSQL(OtherSQL, before+after)
			return
		}
		for _, system := range []string{MySQL, PostgreSQL, SQLServer, SQLite, OtherSQL} {
			got := ParseSQL(system, before+" '"+secret+"' "+after)
			if strings.Contains(got.Text, secret) || strings.Contains(got.Summary, secret) {
				t.Errorf("%s: ParseSQL let the literal through: %+v", system, got)
			}
		}
		if strings.Contains(after, ".") {
			return // the name of a table, maybe
		}
		for _, system := range []string{MySQL, SQLite, OtherSQL} {
			got := ParseSQL(system, before+` = "`+secret+`" `+after)
			if strings.Contains(got.Text, secret) || strings.Contains(got.Summary, secret) {
				t.Errorf("%s: ParseSQL let the string in double quotes through: %+v", system, got)
			}
		}
	})
}

func BenchmarkParseSQL(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ParseSQL(SQLite, "SELECT id, name FROM users WHERE id = ?")
	}
}
