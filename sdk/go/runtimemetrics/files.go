//go:build linux || darwin

package runtimemetrics

import "os"

// openFiles counts the entries of a folder that lists the open files, without the one
// that it opens itself.
func openFiles(path string) int64 {
	folder, err := os.Open(path)
	if err != nil {
		return -1
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return -1
	}
	return int64(len(names)) - 1
}
