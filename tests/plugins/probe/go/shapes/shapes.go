// Package shapes prints what hooks of example.com/shapes are called with.
package shapes

import "fmt"

// A call is under way.
type call struct{ name string }

func before(name string, values ...any) *call {
	fmt.Println(append([]any{"before", name}, values...)...)
	return &call{name}
}

func (c *call) after(values ...any) {
	fmt.Println(append([]any{"after", c.name}, values...)...)
}

func beforeVariadic(prefix string, words []string) *call {
	return before("Variadic", prefix, len(words), words)
}
func afterVariadic(c *call, n int) { c.after(n) }

func beforeNamed(fail bool) *call        { return before("Named", fail) }
func afterNamed(c *call, n int, e error) { c.after(n, e) }

func beforeUnnamed(n int, s string) *call  { return before("Unnamed", n, s) }
func afterUnnamed(c *call, n int, e error) { c.after(n, e) }

func beforeBlank(a int, b string, c []bool) *call { return before("Blank", a, b, c) }
func afterBlank(c *call, s string)                { c.after(s) }

func beforeGeneric(value any) *call    { return before("Generic", value) }
func afterGeneric(c *call, result any) { c.after(result) }

func beforeOneLine() *call        { return before("OneLine") }
func afterOneLine(c *call, n int) { c.after(n) }

func beforeHidden(value any) *call    { return before("Hidden", value) }
func afterHidden(c *call, result any) { c.after(result) }

func beforePanics(text string) *call { return before("Panics", text) }
func afterPanics(c *call)            { c.after() }

func beforeAdd(p, other any) *call { return before("Add", p, other) }
func afterAdd(c *call, sum any)    { c.after(sum) }

func beforePut(box any, value any) *call { return before("Put", value) }
func afterPut(c *call, old any)          { c.after(old) }

func beforeReplaced(text string, count int) (*call, string, int) {
	return before("Replaced", text, count), text + "!", count * 2
}

func afterReplaced(c *call, text string, err error) (string, error) {
	c.after(text, err)
	return text + "?", nil
}
