package runtimemetrics

import (
	"bytes"
	"os"
	"strconv"
)

func (u *usage) read() {
	u.readTimes()
	if stat, err := os.ReadFile("/proc/self/stat"); err == nil {
		u.parseStat(stat, int64(os.Getpagesize()))
	}
	u.files = openFiles("/proc/self/fd")
}

// parseStat reads a line of /proc/PID/stat (proc(5)). The name of the program, in
// parentheses, can hold anything.
func (u *usage) parseStat(line []byte, page int64) {
	end := bytes.LastIndexByte(line, ')')
	if end < 0 {
		return
	}
	const first = 3 // the number of the field behind the name, counted from one
	fields := bytes.Fields(line[end+1:])
	field := func(number int) int64 {
		if number-first >= len(fields) {
			return -1
		}
		v, err := strconv.ParseInt(string(fields[number-first]), 10, 64)
		if err != nil {
			return -1
		}
		return v
	}
	u.threads, u.virtual = field(20), field(23)
	if pages := field(24); pages >= 0 && pages <= (1<<62)/page {
		u.resident = pages * page
	}
}
