package main

import (
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite"
)

// dialector is what gorm has to know of SQLite: that of gorm.io is of newer versions, or in C.
type dialector struct{ db *sql.DB }

func (dialector) Name() string { return "sqlite" }

func (d dialector) Initialize(db *gorm.DB) error {
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{LastInsertIDReversed: true})
	db.ConnPool = d.db
	return nil
}

func (dialector) Migrator(*gorm.DB) gorm.Migrator { return nil }

func (dialector) DataTypeOf(*schema.Field) string { return "" }

func (dialector) DefaultValueOf(*schema.Field) clause.Expression { return clause.Expr{SQL: "NULL"} }

func (dialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ interface{}) { w.WriteByte('?') }

func (dialector) QuoteTo(w clause.Writer, name string) { w.WriteString("`" + name + "`") }

func (dialector) Explain(statement string, values ...interface{}) string {
	return logger.ExplainSQL(statement, nil, `"`, values...)
}
