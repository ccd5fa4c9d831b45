// Command flags shows how it was built.
package main

import (
	"fmt"
	"log"
	"runtime"
	"runtime/debug"

	"example.com/small/internal/memdb"
)

var (
	version = "unset"
	tagged  = "no"
)

func main() {
	value, err := memdb.Query(memdb.Open(), "SELECT value FROM things")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("version", version)
	fmt.Println("tagged", tagged)
	fmt.Println("value", value)
	fmt.Println("go", runtime.Version())
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			fmt.Println("setting", setting.Key, setting.Value)
		}
	}
}
