package dbconv

import "strings"

// Values of db.system.name (semconv registry, db).
const (
	ClickHouse  = "clickhouse"
	CockroachDB = "cockroachdb"
	DB2         = "ibm.db2"
	DuckDB      = "duckdb"
	Firebird    = "firebirdsql"
	HANA        = "sap.hana"
	Hive        = "hive"
	MariaDB     = "mariadb"
	MySQL       = "mysql"
	Oracle      = "oracle.db"
	PostgreSQL  = "postgresql"
	Redis       = "redis"
	Redshift    = "aws.redshift"
	Spanner     = "gcp.spanner"
	SQLite      = "sqlite"
	SQLServer   = "microsoft.sql_server"
	Teradata    = "teradata"
	Trino       = "trino"
	OtherSQL    = "other_sql"
)

// systems are parts of import paths, names and URL schemes of drivers, the more special ones first.
var systems = []struct{ part, system string }{
	{"sqlite", SQLite}, {"libsql", SQLite},
	{"cockroach", CockroachDB}, {"redshift", Redshift},
	{"lib/pq", PostgreSQL}, {"pgx", PostgreSQL}, {"postgres", PostgreSQL}, {"go-pg", PostgreSQL}, {"pgdriver", PostgreSQL},
	{"mariadb", MariaDB}, {"mysql", MySQL}, {"tidb", MySQL},
	{"sqlserver", SQLServer}, {"mssql", SQLServer}, {"azuresql", SQLServer},
	{"godror", Oracle}, {"go-ora", Oracle}, {"goracle", Oracle}, {"oracle", Oracle}, {"oci8", Oracle},
	{"clickhouse", ClickHouse}, {"chhttp", ClickHouse},
	{"spanner", Spanner}, {"trino", Trino}, {"presto", Trino}, {"hive", Hive}, {"teradata", Teradata},
	{"firebird", Firebird}, {"hdb", HANA}, {"go_ibm_db", DB2}, {"db2", DB2}, {"duckdb", DuckDB},
}

// SystemOf returns the db.system.name for the first of these names that tells: the package and type of
// a driver, the name it is registered under.
func SystemOf(names ...string) string {
	for _, name := range names {
		name = strings.ToLower(name)
		for _, known := range systems {
			if strings.Contains(name, known.part) {
				return known.system
			}
		}
	}
	return OtherSQL
}
