// Command app uses a package of another module of the workspace.
package main

import (
	"fmt"

	"example.com/lib"
)

func main() {
	fmt.Println(lib.Fetch("/workspace"))
}
