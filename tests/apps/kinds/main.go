// Command kinds is made of files of many kinds. Each of them uses a function that weaving wraps.
package main

import (
	"fmt"
	"os"
	"runtime/pprof"

	"example.com/kinds/assembly"
	"example.com/kinds/c"
	"example.com/kinds/embedded"
	"example.com/kinds/generated"
	"example.com/kinds/generic"
)

// In the order in which they stand.
var (
	one    = announce("one")
	two, _ = fmt.Println("two")
	three  = announce("three")
)

func announce(name string) string {
	if len(os.Args) > 9 {
		os.Exit(1)
	}
	fmt.Println(name)
	return name
}

func main() {
	how := ""
	if len(os.Args) > 1 {
		how = os.Args[1]
	}
	switch how {
	case "assembly":
		assembly.Exit(3, 4)
	case "c":
		c.Exit(4)
	case "embedded":
		embedded.Leave()
	case "generated":
		generated.Panic(how)
	case "generic":
		generic.Exit(map[string]int{"a": 2, "b": 7})
	case "goroutine":
		done := make(chan int)
		go func() { done <- generic.Must(0, os.ErrInvalid) }()
		<-done
	case "profile":
		profile(os.Args[2])
	default:
		fmt.Println(assembly.Add(1, 2), c.Twice(4), embedded.Text(), generated.Version)
		for key, value := range generic.Sorted(map[string]float64{"pi": 3.14, "e": 2.71}) {
			fmt.Println(key, value)
		}
	}
}

// profile writes one for the compiler.
func profile(path string) {
	out, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	defer out.Close()
	if err := pprof.StartCPUProfile(out); err != nil {
		panic(err)
	}
	defer pprof.StopCPUProfile()
	var sum int64
	for n := range int64(300_000_000) {
		sum = assembly.Add(sum, n)
	}
	fmt.Println(sum)
}
