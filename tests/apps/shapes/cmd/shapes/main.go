// Command shapes calls every function of its module.
package main

import (
	"fmt"

	"example.com/shapes"
)

func main() {
	fmt.Println(shapes.Variadic("a", "b", "c"), shapes.Variadic("a"))
	fmt.Println(shapes.Named(false))
	fmt.Println(shapes.Named(true))
	fmt.Println(shapes.Unnamed(1, "s"))
	fmt.Println(shapes.Blank(1, "b", true))
	fmt.Println(shapes.Generic("text"), shapes.Generic(3))
	var box shapes.Box[string]
	box.Put("first")
	fmt.Println(box.Put("second"))
	fmt.Println(shapes.Point{X: 1, Y: 2}.Add(shapes.Point{X: 3, Y: 4}))
	fmt.Println(shapes.OneLine())
	fmt.Println(shapes.Hide("h"))
	fmt.Println(shapes.Replaced("r", 1))
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		shapes.Panics("told to")
	}()
}
