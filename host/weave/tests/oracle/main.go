// Command oracle prints the function declarations of Go files as go/parser sees them, one a line:
// file, line, receiver, name, parameters, results, whether there is a body.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"strings"
)

func main() {
	for _, name := range os.Args[1:] {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			fmt.Printf("%s|%d|%s|%s|%s|%s|%t\n", name, fset.PositionFor(f.Pos(), false).Line, list(f.Recv), f.Name.Name,
				list(f.Type.Params), list(f.Type.Results), f.Body != nil)
		}
	}
}

// list spells a field list as names and types without white space, which differs in meaning nowhere here.
func list(fields *ast.FieldList) string {
	if fields == nil {
		return ""
	}
	var all []string
	for _, field := range fields.List {
		var text bytes.Buffer
		printer.Fprint(&text, token.NewFileSet(), field.Type)
		spelled := strings.NewReplacer(" ", "", "\t", "", "\n", "", ";", "").Replace(text.String())
		if len(field.Names) == 0 {
			all = append(all, ":"+spelled)
		}
		for _, name := range field.Names {
			all = append(all, name.Name+":"+spelled)
		}
	}
	return strings.Join(all, ",")
}
