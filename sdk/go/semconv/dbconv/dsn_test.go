package dbconv

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseDSN(t *testing.T) {
	for _, test := range []struct {
		system, dsn, namespace, address string
		port                            int
	}{
		{SQLite, ":memory:", ":memory:", "", 0},
		{SQLite, "file:/var/lib/shop.db?_pragma=key('s3cret')", "shop.db", "", 0},
		{SQLite, `C:\data\shop.db`, "shop.db", "", 0},
		{SQLite, "file::memory:?cache=shared", ":memory:", "", 0},
		{SQLite, "", "", "", 0},

		{PostgreSQL, "postgres://me:s3cret@db.test:5433/shop?sslmode=disable&password=s3cret", "shop", "db.test", 5433},
		{PostgreSQL, "postgresql://me:s3/cr@et?x@[::1]:5432/my%20shop", "my shop", "::1", 5432},
		{PostgreSQL, "postgres://a.test:1,b.test:2/shop", "shop", "a.test", 1},
		{PostgreSQL, "postgres:///shop?host=/var/run", "shop", "", 0},
		{PostgreSQL, "host=db.test port=5433 dbname=shop user=me password=s3cret", "shop", "db.test", 5433},
		{PostgreSQL, `user='m e' password='s3\'cr et dbname=x' dbname = 'my shop' host=/var/run/postgresql`, "my shop", "/var/run/postgresql", 0},
		{PostgreSQL, "host=a,b port=1,2 dbname=shop", "shop", "a", 1},
		{PostgreSQL, "user=me", "", "", 0},

		{MySQL, "me:s3cret@tcp(db.test:3307)/shop?charset=utf8", "shop", "db.test", 3307},
		{MySQL, "me:s3/cr@et@tcp([de:ad::1]:3306)/shop", "shop", "de:ad::1", 3306},
		{MySQL, "me@unix(/run/mysqld.sock)/shop", "shop", "/run/mysqld.sock", 0},
		{MySQL, "/shop", "shop", "", 0},
		{MySQL, "me:s3cret@/", "", "", 0},
		{MySQL, "me:s3cret", "", "", 0},
		{MySQL, "mysql://me:s3cret@tcp(db.test:3307)/shop", "shop", "db.test", 3307},

		{SQLServer, "sqlserver://sa:s3cret@db.test:1433/SQLEXPRESS?database=shop&password=s3cret", "SQLEXPRESS|shop", "db.test", 1433},
		{SQLServer, "sqlserver://sa:s3cret@db.test?database=shop", "shop", "db.test", 0},
		{SQLServer, `server=db.test\INST,1444;user id=sa;password={s3c;re=t};database=shop`, "INST|shop", "db.test", 1444},
		{SQLServer, `Data Source=tcp:db.test;Initial Catalog="shop";Password=s3cret;Port=1433`, "shop", "db.test", 1433},

		{ClickHouse, "clickhouse://me:s3cret@a.test:9000,b.test:9000/shop", "shop", "a.test", 9000},
		{Oracle, "oracle://me:s3cret@db.test:1521/service", "service", "db.test", 1521},
		{Oracle, `user="me" password="s3cret" connectString="db.test/x"`, "", "", 0},
		{OtherSQL, "me:s3cret", "", "", 0},
	} {
		got := ParseDSN(test.system, test.dsn)
		want := Target{test.system, test.namespace, test.address, test.port}
		if got != want {
			t.Errorf("ParseDSN(%s, %q)\n got %+v\nwant %+v", test.system, test.dsn, got, want)
		}
	}
}

func TestSystemOf(t *testing.T) {
	for _, test := range []struct {
		names []string
		want  string
	}{
		{[]string{"github.com/lib/pq.Driver", "postgres"}, PostgreSQL},
		{[]string{"github.com/jackc/pgx/v5/stdlib.Driver", "pgx"}, PostgreSQL},
		{[]string{"modernc.org/sqlite.Driver", "sqlite"}, SQLite},
		{[]string{"github.com/mattn/go-sqlite3.SQLiteDriver", "sqlite3"}, SQLite},
		{[]string{"github.com/go-sql-driver/mysql.MySQLDriver", "mysql"}, MySQL},
		{[]string{"github.com/microsoft/go-mssqldb.Driver", "sqlserver"}, SQLServer},
		{[]string{"example.com/wrapper.Driver", "wrapped-postgres"}, PostgreSQL},
		{[]string{"example.com/driver.Driver", "mine"}, OtherSQL},
	} {
		if got := SystemOf(test.names...); got != test.want {
			t.Errorf("SystemOf(%q) = %q, want %q", test.names, got, test.want)
		}
	}
}

// Whatever a password holds, it must not come out.
func FuzzParseDSN(f *testing.F) {
	f.Add("x")
	f.Add("@/:?#")
	f.Add("' dbname=")
	f.Add("://")
	f.Fuzz(func(t *testing.T, password string) {
		const secret = "s3cretvalue"
		quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password)
		for system, dsn := range map[string]string{
			PostgreSQL: fmt.Sprintf("user=me password='%s%s' host=db.test dbname=shop", quoted, secret),
			MySQL:      fmt.Sprintf("me:%s%s@tcp(db.test:3306)/shop", password, secret),
			SQLServer:  fmt.Sprintf(`password={%s%s};server=db.test`, strings.ReplaceAll(password, "}", "}}"), secret),
			ClickHouse: fmt.Sprintf("clickhouse://me:%s%s@db.test:9000/shop", password, secret),
		} {
			got := ParseDSN(system, dsn)
			if strings.Contains(got.Namespace+got.Address, secret) {
				t.Errorf("ParseDSN(%s, %q) let the password through: %+v", system, dsn, got)
			}
		}
	})
}
