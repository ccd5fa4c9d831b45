// Package gorm makes spans of the operations of gorm.io/gorm.
package gorm

import (
	"context"
	"errors"

	"go.weft.dev/sdk/semconv/dbconv"
	"go.weft.dev/sdk/trace"
	"gorm.io/gorm"
)

var scope = trace.NewScope("go.weft.dev/plugins/gorm", "0.1.0")

// operation is one that is going on.
type operation struct {
	mapped    *dbconv.Mapped
	processor any // says of what kind the operation is
	db        *gorm.DB
	ctx       context.Context // the program's
}

// beforeExecute starts the span of an operation. Hooks (*processor).Execute, which all operations pass, those too
// that preload what an object refers to.
func beforeExecute(processor any, db *gorm.DB) *operation {
	if db.Statement == nil || db.Error != nil || db.DryRun {
		return nil // nothing is asked of the database
	}
	o := &operation{processor: processor, db: db, ctx: db.Statement.Context}
	if o.mapped, db.Statement.Context = dbconv.StartMapped(scope, o.ctx); o.mapped == nil {
		return nil
	}
	return o
}

func afterExecute(o *operation, result *gorm.DB) {
	o.leave(o.db.Statement)
	if result == nil || result.Statement == nil {
		result = o.db // it panics
	}
	o.leave(result.Statement)
	err := result.Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = nil
	}
	o.mapped.End(dbconv.Mapping{System: systemOf(result), Operation: o.name(), Table: result.Statement.Table}, err)
}

// afterExecuteInPlace is afterExecute where the result is what Execute was given.
func afterExecuteInPlace(o *operation) { afterExecute(o, o.db) }

// leave gives a statement the program's context again.
func (o *operation) leave(s *gorm.Statement) {
	if s.Context == context.Context(o.mapped) {
		s.Context = o.ctx
	}
}

// name returns the operation's name as far as the kind of processor tells it.
func (o *operation) name() string {
	switch callbacks := o.db.Callback(); o.processor {
	case any(callbacks.Create()):
		return "INSERT"
	case any(callbacks.Query()):
		return "SELECT"
	case any(callbacks.Update()):
		return "UPDATE"
	case any(callbacks.Delete()):
		return "DELETE"
	}
	return ""
}

func systemOf(db *gorm.DB) string {
	if db.Dialector == nil {
		return ""
	}
	return db.Name()
}
