// Command positions compares pairs of Go files, each given as two arguments: whatever the first has, the
// second has too, in the same order and, with line directives in force, at the same position.
package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
)

// lexeme is a token, its text and where it is reported to be.
type lexeme struct {
	token token.Token
	text  string
	at    token.Position
}

func (l lexeme) String() string { return fmt.Sprintf("%v %q at %v", l.token, l.text, l.at) }

// lexemes reads a file as if it were called like all others, without the semicolons that lines' ends stand for.
func lexemes(path string) []lexeme {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	files := token.NewFileSet()
	file := files.AddFile("x.go", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, func(at token.Position, message string) { panic(fmt.Sprint(at, message)) }, 0)
	var out []lexeme
	for {
		at, tok, text := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue
		}
		position := files.Position(at)
		position.Offset = 0
		out = append(out, lexeme{tok, text, position})
	}
}

func main() {
	pairs := os.Args[1:]
	if len(pairs) > 0 && pairs[0] == "--" {
		pairs = pairs[1:]
	}
	found := 0
	for ; len(pairs) > 1; pairs = pairs[2:] {
		woven := lexemes(pairs[1])
		for _, original := range lexemes(pairs[0]) {
			if original.text == "_" {
				continue // gets a name
			}
			n := 0
			for n < len(woven) && woven[n] != original {
				n++
			}
			if n == len(woven) {
				fmt.Println(pairs[0], "has lost", original)
				break
			}
			woven = woven[n+1:]
			found++
		}
	}
	fmt.Println("found", found)
}
