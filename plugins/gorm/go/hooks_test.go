package gorm

import (
	"context"
	"testing"

	"gorm.io/gorm"
)

func statement() *gorm.DB {
	db, _ := gorm.Open(nil, &gorm.Config{})
	db.Statement = &gorm.Statement{DB: db, Context: context.Background()}
	return db
}

func TestTheContextIsTheProgramsAgain(t *testing.T) {
	db := statement()
	o := beforeExecute(nil, db)
	if o == nil || db.Statement.Context == context.Background() {
		t.Fatal("the statement's context carries no span")
	}
	copied := statement() // by a scope
	copied.Statement.Context = db.Statement.Context
	afterExecute(o, copied)
	if db.Statement.Context != context.Background() || copied.Statement.Context != context.Background() {
		t.Error("a statement keeps the context of an operation that has ended")
	}
	afterExecute(beforeExecute(nil, db), nil) // as when it panics
	if db.Statement.Context != context.Background() {
		t.Error("a statement keeps the context of an operation that has panicked")
	}
}

func TestNothingIsAsked(t *testing.T) {
	failed, dry := statement(), statement()
	failed.Error = gorm.ErrRecordNotFound
	dry.DryRun = true
	for _, db := range []*gorm.DB{failed, dry, {Config: &gorm.Config{}}} {
		if beforeExecute(nil, db) != nil {
			t.Errorf("a span of %+v", db)
		}
	}
}
