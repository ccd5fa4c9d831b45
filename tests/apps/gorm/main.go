// Command gorm does all that gorm can do with objects, and prints what comes of it.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// A User has orders.
type User struct {
	ID     uint
	Name   string
	Orders []Order
}

// An Order writes a note of itself.
type Order struct {
	ID     uint
	UserID uint
	Item   string
}

// AfterCreate is called by gorm.
func (o *Order) AfterCreate(tx *gorm.DB) error {
	if o.Item != "noted" {
		return nil
	}
	return tx.Exec("INSERT INTO notes (text) VALUES ('secret note')").Error
}

func main() {
	folder, err := os.MkdirTemp("", "gorm")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	pool, err := sql.Open("sqlite", filepath.Join(folder, "shop.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	use(open(pool, false), pool)
	query(open(pool, true), pool)
}

func open(pool *sql.DB, prepare bool) *gorm.DB {
	db, err := gorm.Open(dialector{pool}, &gorm.Config{
		PrepareStmt: prepare, Logger: logger.Default.LogMode(logger.Silent),
	})
	if err != nil {
		log.Fatal(err)
	}
	return db.WithContext(context.Background())
}

// step does one thing at a time, and says which: the test finds the spans of each between two marks.
func step(pool *sql.DB, what string, err error) {
	fmt.Println(what, err)
	if _, err := pool.Exec("SELECT 'mark' AS mark"); err != nil {
		log.Fatal(err)
	}
}

func use(db *gorm.DB, pool *sql.DB) {
	for _, table := range []string{"users (id integer primary key, name text)", "notes (text text)",
		"orders (id integer primary key, user_id integer, item text)"} {
		if err := db.Exec("CREATE TABLE IF NOT EXISTS " + table).Error; err != nil {
			log.Fatal(err)
		}
	}
	step(pool, "create tables", nil)
	ann := User{Name: "secret Ann", Orders: []Order{{Item: "secret book"}, {Item: "noted"}}}
	step(pool, "create", db.Create(&ann).Error)
	query(db, pool)
	err := db.First(new(User), 99).Error
	step(pool, "not found", err)
	fmt.Println(errors.Is(err, gorm.ErrRecordNotFound))
	step(pool, "literal", db.Where("name = 'secret Bob'").Find(new([]User)).Error)
	step(pool, "update", db.Model(&ann).Update("name", "secret Anna").Error)
	var n int64
	step(pool, "count", db.Model(&Order{}).Count(&n).Error)
	fmt.Println(n)
	rows, err := db.Model(&Order{}).Rows()
	if err == nil {
		err = rows.Close()
	}
	step(pool, "rows", err)
	step(pool, "nowhere", db.Table("nowhere").Find(&[]map[string]interface{}{}).Error)
	step(pool, "no condition", db.Delete(&Order{}).Error)
	step(pool, "dry", db.Session(&gorm.Session{DryRun: true}).First(new(User), 7).Error)
	step(pool, "transaction", db.Transaction(func(tx *gorm.DB) error {
		return tx.Create(&Order{Item: "secret pen"}).Error
	}))
	step(pool, "rollback", db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Delete(&Order{}, 1).Error; err != nil {
			return err
		}
		return errors.New("changed my mind")
	}))
	broken := db.Where("id = ?", 1).Table("nowhere").Find(&[]map[string]interface{}{})
	step(pool, "broken", broken.Error)
	step(pool, "after an error", broken.Find(&[]map[string]interface{}{}).Error)
	_, err = pool.Exec("DELETE FROM users WHERE id = 99")
	step(pool, "without gorm", err)
	fmt.Println(db.Statement.Context == context.Background(), broken.Statement.Context == context.Background())
}

// query reads what use has written.
func query(db *gorm.DB, pool *sql.DB) {
	step(pool, "first", db.First(new(User), 1).Error)
	var users []User
	step(pool, "preload", db.Preload("Orders").Find(&users).Error)
	fmt.Println(len(users) > 0 && len(users[0].Orders) == 2)
	var n int64
	step(pool, "raw", db.Raw("SELECT count(*) FROM orders WHERE item = ?", "secret book").Scan(&n).Error)
	fmt.Println(n)
}
