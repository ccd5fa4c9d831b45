// Package embedded holds files.
package embedded

import (
	"embed"
	. "os"
)

//go:embed files/*.txt
var files embed.FS

//go:embed "files/a.txt"
var text string

//go:embed files/a.txt
var raw []byte

// Text is that of all files.
func Text() string {
	b, err := files.ReadFile("files/b.txt")
	if err != nil {
		panic(err)
	}
	return text + string(raw) + string(b)
}

// Leave ends the program with the length of the text.
func Leave() { leave(len(Text()), Exit) }
